import type { ImageReference } from '@keelson/image';
import { RegistryError } from './errors.ts';
import { isLoopback } from './http/addresses.ts';
import type { Settings } from './options.ts';
import type { Credential } from './types.ts';

/** One place where an image may be asked for. */
export interface Endpoint {
  /** Host with its port: what is limited and paused. */
  readonly host: string;
  /** What stands before `/<repository>/manifests/…`. */
  readonly base: string;
  /** The path there, after a mirror's rewrites. */
  readonly repository: string;
  /** The registry that a mirror is asked on behalf of (`?ns=`, as containerd says it). */
  readonly namespace?: string;
  /** What registries.yaml has for this host. */
  readonly credential?: Credential;
}

/** Docker Hub's images are named by `docker.io` and served by another host. */
const servedBy: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** Where to ask for an image: its registry's mirrors in order, then the registry itself. */
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
  // A registry that is listed as its own mirror, to have rewrites, is not asked twice.
  if (!mirrorsOnly && !found.some(({ base }) => base === own.base)) found.push(own);
  return found;
}

function ownEndpoint(image: ImageReference, { registries, insecureHosts }: Settings): Endpoint {
  const { repository } = image;
  const name = image.host.toLowerCase();
  const host = servedBy[name] ?? name;
  const url = URL.parse(`https://${host}`);
  if (url === null) {
    throw new RegistryError('not-found', host, `${host} is no host that could be asked. Check the image's name.`);
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
