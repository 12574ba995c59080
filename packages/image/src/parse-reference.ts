import { isDigest } from './digest.ts';
import { InvalidReferenceError } from './errors.ts';
import type { Digest, ImageReference } from './types.ts';

// The grammar of distribution/reference (reference.go), piece by piece, so that each mistake gets its own sentence.
// Every length is bounded before a pattern sees the text, so that no input, however hostile, takes long.
const hostName =
  /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?$/;
const hostIpv6 = /^\[[a-fA-F0-9:]+\](?::[0-9]+)?$/;
const pathPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const imageId = /^[0-9a-f]{64}$/;

const maxPath = 255;
// No limit upstream; DNS allows 253, and a bound keeps every later pattern cheap.
const maxHost = 255 + ':65535'.length;

/**
 * What an image text means, as container runtimes read it (distribution/reference, ParseNormalizedNamed), with the tag `latest`
 * where neither tag nor digest is named. Unlike runtimes it keeps the tag beside a digest: Keelson follows that tag.
 * Throws InvalidReferenceError, and nothing else, whatever the text.
 */
export function parseReference(text: string): ImageReference {
  if (text === '') throw new InvalidReferenceError(text, 'it is empty');
  if (text.includes('://')) throw new InvalidReferenceError(text, 'it must not start with a scheme such as https://');
  if (imageId.test(text)) throw new InvalidReferenceError(text, '64 hex digits name a local image, not a repository');

  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : readDigest(text, text.slice(at + 1));
  const { host, rest } = splitHost(at === -1 ? text : text.slice(0, at));
  const colon = rest.indexOf(':');
  const path = colon === -1 ? rest : rest.slice(0, colon);
  const tag = colon === -1 ? undefined : readTag(text, rest.slice(colon + 1));

  checkHost(text, host);
  checkPath(text, path);
  const repository = host === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  if (digest === undefined) return { host, repository, tag: tag ?? 'latest' };
  return tag === undefined ? { host, repository, digest } : { host, repository, tag, digest };
}

/** The first part is a host if nothing else could look like it: a dot, a port, `localhost`, or a capital (splitDockerDomain). */
function splitHost(name: string): { readonly host: string; readonly rest: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  if (!isHost) return { host: 'docker.io', rest: name };
  return { host: first === 'index.docker.io' ? 'docker.io' : first, rest: name.slice(slash + 1) };
}

function readDigest(text: string, digest: string): Digest {
  if (isDigest(digest)) return digest;
  throw new InvalidReferenceError(text, 'what follows "@" has to be "sha256:" and 64 lower-case hex digits');
}

function readTag(text: string, tag: string): string {
  if (tagPattern.test(tag)) return tag;
  if (tag.length > 128) throw new InvalidReferenceError(text, 'its tag is longer than 128 characters');
  throw new InvalidReferenceError(
    text,
    'its tag may hold letters, digits, "_", "." and "-" only, and starts with neither "." nor "-"',
  );
}

function checkHost(text: string, host: string): void {
  if (host.length <= maxHost && (hostName.test(host) || hostIpv6.test(host))) return;
  throw new InvalidReferenceError(text, 'the part before the first "/" is no registry host');
}

function checkPath(text: string, path: string): void {
  if (path === '') throw new InvalidReferenceError(text, 'it names no repository');
  if (path.length > maxPath) throw new InvalidReferenceError(text, 'its repository is longer than 255 characters');
  if (path !== path.toLowerCase()) throw new InvalidReferenceError(text, 'its repository must be lower case');
  if (pathPattern.test(path)) return;
  throw new InvalidReferenceError(
    text,
    'its repository may hold lower-case letters and digits, parted by one ".", one or two "_", any number of "-", or "/"',
  );
}
