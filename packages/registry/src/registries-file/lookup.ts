import type { HostConfig, Mirror, RegistriesConfig } from './types.ts';

/** Docker Hub's images are named by one host and served by another; both name its entries. */
const hub = ['registry-1.docker.io', 'docker.io', 'index.docker.io'];

/** The mirrors of a registry, as images name it. */
export function mirrorOf({ mirrors }: RegistriesConfig, host: string): Mirror | undefined {
  const name = host.toLowerCase().replace(/:443$/, '');
  return mirrors[name] ?? mirrors[`${name}:443`] ?? mirrors['*'];
}

/** A host's own entry among the configs, with or without the default port of its scheme. */
function ownConfig({ configs }: RegistriesConfig, url: URL): HostConfig | undefined {
  const port = url.protocol === 'http:' ? 80 : 443;
  const names = hub.includes(url.host) ? hub : [url.host];
  for (const name of names) {
    const config = configs[name] ?? configs[`${name}:${port}`];
    if (config !== undefined) return config;
  }
  return undefined;
}

/** The config of a registry, or of its realm or storage: its own, else that of `*`. */
export function configOf(registries: RegistriesConfig, url: URL): HostConfig | undefined {
  return ownConfig(registries, url) ?? (isMirror(registries, url) ? undefined : registries.configs['*']);
}

/** The config of a mirror: its own. As K3s has it, `*` is for registries. */
export function mirrorConfigOf(registries: RegistriesConfig, url: URL): HostConfig | undefined {
  return ownConfig(registries, url);
}

function isMirror({ mirrors }: RegistriesConfig, { host }: URL): boolean {
  return Object.values(mirrors).some(({ endpoints }) => endpoints.some((endpoint) => endpoint.host === host));
}
