/**
 * Why an image could not be pulled. `absent`, `platform`, `broken` and `unusable` are the image's fault, `unauthorized` needs a person, the next three
 * are the registry's or the node's fault; `unknown` is everything else, such as a bare `Back-off pulling image "…"`.
 */
export type PullFault =
  | 'absent'
  | 'platform'
  | 'broken'
  /** An image of an old format, or a chart, a signature or another artifact. */
  | 'unusable'
  | 'unauthorized'
  | 'rate-limited'
  | 'unreachable'
  | 'node'
  | 'unknown';

/**
 * The first pattern that matches decides. The order matters: a token server's 503 is "failed to authorize" too, an unreadable private repository "does not exist or may require authorization", and what has no manifest for the platform is "not found" as well.
 */
const faults: readonly (readonly [PullFault, RegExp])[] = [
  ['rate-limited', /\b429\b|toomanyrequests|too many requests|rate limit|rate exceeded|throttl/],
  [
    'node',
    /no space left on device|permission denied|input\/output error|read-only file system|disk quota exceeded|cannot allocate memory|too many open files|device or resource busy|structure needs cleaning|stale (?:nfs )?file handle/,
  ],
  // A runtime's own store lost what it had pulled, or a mount: its "not found" is not the registry's.
  [
    'node',
    /content digest\s*: not found|failed to prepare extraction snapshot|parent snapshot|failed to (?:un)?mount|\b(?:stat|overlay mount)\b.*no such file or directory/,
  ],
  [
    'unreachable',
    /\b5\d\d (internal|not implemented|bad gateway|service|gateway|server|web server|origin|unknown)|status(?: code)?:? 5\d\d\b|bad gateway|service unavailable|gateway time-?out|internal server error/,
  ],
  ['unreachable', /i\/o timeout|timed? ?out|timeout exceeded|deadline exceeded|context canceled|request canceled/],
  [
    'unreachable',
    /connection (refused|reset)|broken pipe|unexpected eof|: eof$|no such host|server misbehaving|temporary failure in name resolution|network is unreachable|no route to host|use of closed network connection/,
  ],
  ['unreachable', /stream error|goaway|malformed http|host is down|unexpected media type text\/html/],
  ['unreachable', /\btls\b|x509|certificate|http response to https client|proxyconnect|proxy authentication/],
  [
    'unauthorized',
    /unauthorized|\b401\b|\b403\b|forbidden|denied|no basic auth|not authorized|authorization failed|authentication required|insufficient_scope|may require|failed to authorize|invalid username\/password|credentials/,
  ],
  [
    'platform',
    /no match(?:ing manifest)? for|no image found in (?:image index|manifest list)|does not match the specified platform/,
  ],
  [
    'broken',
    /unexpected commit digest|failed size validation|digest mismatch|invalid tar header|failed to extract layer|unsupported media type|unexpected media type|invalid checksum|wrong diff id/,
  ],
  [
    'unusable',
    /media type\s+is no longer supported|schema 1 support has been removed|mismatched image rootfs|invalid rootfs in image configuration|unsupported image-specific operation/,
  ],
  [
    'absent',
    /not found|manifest unknown|manifest_unknown|name unknown|name_unknown|\b404\b|no such manifest|does not exist|not known to registry|blob unknown|unknown blob|was deleted or has expired/,
  ],
];

/** The fault in a kubelet's message with containerd, CRI-O or Docker. */
export function classifyPull(message: string | undefined): PullFault {
  const text = withoutNames(message ?? '').toLowerCase();
  return faults.find(([, pattern]) => pattern.test(text))?.[0] ?? 'unknown';
}

/** Without quoted names, addresses and paths: an image may be called `denied`, and a digest may hold a 429. */
function withoutNames(message: string): string {
  return message
    .replaceAll('\\"', '"')
    .replace(/"[^"]*"/g, '')
    .replace(/(?<!\S)(?!i\/o\b|input\/output\b|username\/password|text\/html\b)\S*\/\S*/g, '')
    .replace(/\bsha256:[0-9a-f]+/g, '')
    .replace(/\bmanifest (?:for )?\S+ (?=in\b|not found)/g, 'manifest ')
    .trim();
}
