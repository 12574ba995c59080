import type { ImageReference } from '@keelson/image';
import { RegistryError } from './errors.ts';
import { isLoopback } from './http/addresses.ts';
import type { Settings } from './options.ts';
import { configOf, mirrorConfigOf, mirrorOf } from './registries-file/lookup.ts';
import type { HostConfig } from './registries-file/types.ts';
import type { Credential } from './types.ts';

/** One place where an image may be served. */
export interface Endpoint {
  /** Host with its port: rate limits and pauses apply to it. */
  readonly host: string;
  /** The URL before `/<repository>/manifests/…`. */
  readonly base: string;
  /** The path there, after a mirror's rewrites. */
  readonly repository: string;
  /** The registry that a mirror stands for (`?ns=`, as containerd says it). */
  readonly namespace?: string;
  /** The credential of registries.yaml for this host. */
  readonly credential?: Credential;
  /** It is on loopback, where plain HTTP is tried first. */
  readonly guessed?: true;
}

/** Docker Hub's images are named by `docker.io` and served by another host. */
const servedBy: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** The endpoints of an image: its registry's mirrors in order, then the registry itself. */
export function endpointsOf(image: ImageReference, settings: Settings): Endpoint[] {
  const { registries } = settings;
  const mirror = mirrorOf(registries, image.host);
  const found: Endpoint[] = (mirror?.endpoints ?? []).map(({ host, base, guessed }) => ({
    host,
    base,
    repository: rewritten(image.repository, mirror?.rewrites ?? []),
    ...(host === image.host ? {} : { namespace: image.host }),
    ...credentialIn(mirrorConfigOf(registries, new URL(base))),
    ...(guessed && { guessed }),
  }));
  const own = ownEndpoint(image, settings);
  const mirrorsOnly = settings.mirrorsOnly && found.length > 0;
  // A registry that is listed as its own mirror, to have rewrites, gets no second request.
  if (!mirrorsOnly && !found.some(({ base }) => base === own.base)) found.push(own);
  return found;
}

function ownEndpoint(image: ImageReference, { registries, insecureHosts }: Settings): Endpoint {
  const { repository } = image;
  const name = image.host.toLowerCase();
  const host = servedBy[name] ?? name;
  const url = URL.parse(`https://${host}`);
  if (url === null) {
    throw new RegistryError('not-found', host, `${host} is not a host name. Check the image's name.`);
  }
  const declared = [host, withOtherPort(host), `${url.hostname}:*`].some((name) => insecureHosts.includes(name));
  // On loopback it may speak either: see PlainHosts.
  const guessed = isLoopback(url.hostname) && url.port !== '';
  const base = `${declared || guessed ? 'http' : 'https'}://${host}/v2`;
  const address = new URL(base);
  return {
    host: address.host,
    base,
    repository,
    ...credentialIn(configOf(registries, address)),
    ...(guessed && { guessed }),
  };
}

/** The same host, its port for plain HTTP written out or left out. */
function withOtherPort(host: string): string {
  if (host.endsWith(':80')) return host.slice(0, -':80'.length);
  return /:\d+$/.test(host) ? host : `${host}:80`;
}

function rewritten(repository: string, rewrites: readonly { apply(path: string): string }[]): string {
  for (const rewrite of rewrites) {
    const changed = rewrite.apply(repository);
    if (changed !== repository) return changed;
  }
  return repository;
}

function credentialIn(config: HostConfig | undefined): { credential?: Credential } {
  return config?.credential === undefined ? {} : { credential: config.credential };
}
