const keyKinds =
  'api|app|access|private|secret|encryption|signing|signature|master|account|shared|license|service|auth|crypt|hmac|aes|ssh|deploy|webhook|subscription|storage|client|session';

/** What names a secret, alone or within a longer name. */
export const nouns = new RegExp(
  [
    'passw(?:or)?d',
    'passwort',
    'kennwort',
    'wachtwoord',
    'contrase[nñ]a',
    'senha',
    'mot[ _-]de[ _-]passe',
    'парол[ья]',
    '密[码碼]',
    'パスワード',
    '비밀번호',
    'passphrase',
    'passcode',
    'requirepass',
    'identified by',
    'pwd',
    `(?:${keyKinds})[-_. ]?key`,
    'secret',
    'token',
    'credential',
    'authorization',
    'cookie',
    'jwt',
    'signature',
    'sess(?:ion)?[-_]?id',
    'session',
    'connection[-_]?string',
    'pass',
    'auth',
    'sig',
    'pw',
    'creds?',
    'otp',
    'sid',
    // As in the environment: `STRIPE_KEY=…`.
    '(?-i:(?<=[A-Z\\d]_)(?<!(?:PUBLIC|PRIMARY|FOREIGN|CACHE|SORT|PARTITION|GROUP|OBJECT|HOST)_)KEY(?==))',
  ].join('|'),
  'gi',
);
const short = /^(?:pass|auth|sig|jwt|session|senha|pw|creds?|otp|sid)$/i;
const suffix = /[\w-]{0,40}/y;
/** What follows a noun in names whose value is no secret: `secretName`, `token_type`, `PASSWORD_FILE`, `authorization_endpoint`. */
const harmless =
  /^s?[-_]?(?:name|ref|refs|file|path|arn|type|length|len|size|policy|expir|lifetime|ttl|max|min|count|used|limit|version|url|uri|endpoint|field|changed|reset|valid|issuer|class|namespace|mount|manager|provider|method|mode|enabled|required|id$|key_?id|exists|missing|izer|ize|algorithm|store|status|state)/i;

export const isHeader = (noun: string): boolean => /^(?:authorization|cookie)$/i.test(noun);

/** Where the name ends that this noun is part of; undefined where the name holds no secret, or is another word. */
export function nounAt(text: string, index: number, noun: string): { readonly end: number } | undefined {
  const after = index + noun.length;
  if (short.test(noun) && !standsAlone(text[index - 1] ?? '', noun, text[after] ?? '')) return undefined;
  if (text.startsWith('[secret]', index - 1)) return undefined;
  suffix.lastIndex = after;
  const rest = suffix.exec(text)?.[0] ?? '';
  const end = after + rest.length;
  return harmless.test(rest) || isImage(text, index, end) ? undefined : { end };
}

/** `team/token-service:1.2`: a repository and its tag, or a path and a line. */
function isImage(text: string, index: number, end: number): boolean {
  if (/^pass/i.test(text.slice(index, end))) return false;
  if (!/^:[^\s"'`]/.test(text.slice(end, end + 2))) return false;
  return /[\w-]-[a-z]+$/.test(text.slice(index, end)) || /\/[\w.-]*$/.test(text.slice(Math.max(0, index - 80), index));
}

/** `DB_PASS` and `dbPass`, not `bypass` nor `author`. */
function standsAlone(before: string, noun: string, after: string): boolean {
  const begins = !/[a-z]/i.test(before) || (/[a-z]/.test(before) && /^[A-Z]/.test(noun));
  return begins && !/[a-z]/.test(after) && !(/[A-Z]/.test(after) && noun === noun.toUpperCase());
}
