import type { Settings } from '../options.ts';
import { isLoopback } from './addresses.ts';

/** The hosts that an operator named, with their ports: whoever runs Keelson may send it to its own machine, whoever pushes an image may not. */
export class DeclaredHosts {
  readonly #names: ReadonlySet<string>;

  constructor({ registries: { mirrors, configs }, insecureHosts }: Pick<Settings, 'registries' | 'insecureHosts'>) {
    const endpoints = Object.values(mirrors).flatMap((mirror) => mirror.endpoints.map(({ host }) => host));
    this.#names = new Set([...insecureHosts, ...Object.keys(configs), ...endpoints]);
  }

  /** `host`, `host:port`, or `host:*` for all of its ports. */
  has({ hostname, port, protocol }: URL): boolean {
    const usual = protocol === 'http:' ? '80' : '443';
    const names = [`${hostname}:${port || usual}`, `${hostname}:*`];
    if (port === '' || port === usual) names.push(hostname);
    return names.some((name) => this.#names.has(name));
  }

  /** Whether a registry was declared that may lead to this address: to its own machine, where it is there too, as `mayFollow` has it. */
  hasBeside(registry: string, { hostname }: URL): boolean {
    const url = URL.parse(`http://${registry}`);
    if (url === null || !this.has(url)) return false;
    return url.hostname === hostname || (isLoopback(url.hostname) && isLoopback(hostname));
  }
}
