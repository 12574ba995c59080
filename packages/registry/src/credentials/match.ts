import type { ImageReference } from '@keelson/image';

/** Docker Hub's names for itself, which docker login has written into config files over the years. */
const hub = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

/** A parsed key of a docker config file: the images that its credentials are for. */
export interface Place {
  /** In lower case, without its port; parts may hold `*` and `?`. */
  readonly host: string;
  /** '' for the port of HTTPS. */
  readonly port: string;
  /** '' for every repository of the host, else the beginning of its path with a slash before it. */
  readonly path: string;
}

/** Reads a key as the kubelet does: scheme, `/v1/` and `/v2/` do not count (kubernetes, pkg/credentialprovider/keyring.go). */
export function readPlace(key: string): Place {
  const [, host = '', port = '', path = ''] =
    /^(?:https?:\/\/)?(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)(?::(\d+))?(.*)$/i.exec(key.trim()) ?? [];
  const rest = path.replace(/^\/v[12](?=\/|$)/, '');
  return { ...hostOf(host, port), path: rest === '/' ? '' : rest };
}

/**
 * Whether a place is for an image: as many host parts, each fitting its pattern, the same port, and a path that begins alike. As the
 * kubelet has it, `quay.io/core` is also for `quay.io/coreos/etcd`.
 */
export function matches(
  place: Place,
  { host: name, repository }: Pick<ImageReference, 'host' | 'repository'>,
): boolean {
  const [, bare = '', number = ''] = /^(.*?)(?::(\d+))?$/.exec(name) ?? [];
  const { host, port } = hostOf(bare, number);
  if (place.port !== port || !`/${repository}`.startsWith(place.path)) return false;
  const parts = host.split('.');
  const patterns = place.host.split('.');
  return parts.length === patterns.length && patterns.every((pattern, at) => fits(pattern, parts[at] ?? ''));
}

/** Exact places before wildcards, longer paths before shorter ones. */
export function bySpecificity(a: Place, b: Place): number {
  return b.path.length - a.path.length || Number(isWild(a)) - Number(isWild(b));
}

function hostOf(host: string, port: string): { host: string; port: string } {
  const lower = host.toLowerCase();
  return { host: hub.has(lower) ? 'docker.io' : lower, port: port === '443' ? '' : port };
}

function isWild({ host }: Place): boolean {
  return /[*?]/.test(host);
}

/** `*` for any run of characters, `?` for one; matched step by step, so that no pattern takes long. */
function fits(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces.shift() ?? '';
  if (!startsAt(text, 0, first)) return false;
  const last = pieces.pop();
  if (last === undefined) return text.length === first.length;
  let at = first.length;
  for (const piece of pieces) {
    while (at + piece.length <= text.length && !startsAt(text, at, piece)) at++;
    if (at + piece.length > text.length) return false;
    at += piece.length;
  }
  return text.length - last.length >= at && startsAt(text, text.length - last.length, last);
}

function startsAt(text: string, at: number, piece: string): boolean {
  return [...piece].every((character, offset) => {
    const other = text[at + offset];
    return other !== undefined && (character === '?' || character === other);
  });
}
