import type { ImageReference } from '@keelson/image';
import { RegistryError } from './errors.ts';
import { isLoopback } from './http/addresses.ts';
import type { Settings } from './options.ts';
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
}

/** Docker Hub's images are named by `docker.io` and served by another host. */
const servedBy: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** The endpoints of an image: its registry's mirrors in order, then the registry itself. */
export function endpointsOf(image: ImageReference, settings: Settings): Endpoint[] {
  const { mirrors, configs } = settings.registries;
  const mirror = mirrors[image.host.toLowerCase()] ?? mirrors['*'];
  const found: Endpoint[] = (mirror?.endpoints ?? []).map(({ host, base }) => ({
    host,
    base,
    repository: rewritten(image.repository, mirror?.rewrites ?? []),
    ...(host === image.host ? {} : { namespace: image.host }),
    ...credentialOf(configs, host),
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
  const { hostname, port } = url;
  const plain = insecureHosts.includes(host) || (isLoopback(hostname) && port !== '' && port !== '443');
  const credential = { ...credentialOf(registries.configs, host), ...credentialOf(registries.configs, name) };
  return { host, base: `${plain ? 'http' : 'https'}://${host}/v2`, repository, ...credential };
}

function rewritten(repository: string, rewrites: readonly { apply(path: string): string }[]): string {
  for (const rewrite of rewrites) {
    const changed = rewrite.apply(repository);
    if (changed !== repository) return changed;
  }
  return repository;
}

function credentialOf(configs: Settings['registries']['configs'], host: string): { credential?: Credential } {
  const credential = (configs[host] ?? configs['*'])?.credential;
  return credential === undefined ? {} : { credential };
}
