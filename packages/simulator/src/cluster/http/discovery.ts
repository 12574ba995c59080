import type { KindInfo } from '../kinds/kind.ts';
import { builtInKinds } from '../kinds/table.ts';

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const subresourceVerbs = ['get', 'patch', 'update'];

const versionInfo = {
  major: '1',
  minor: '37',
  gitVersion: 'v1.37.2',
  gitCommit: 'simulated',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
};

function resources(kind: KindInfo): unknown[] {
  const { plural, namespaced, short } = kind;
  const verbs = kind.kind === 'Namespace' ? allVerbs.filter((verb) => verb !== 'deletecollection') : allVerbs;
  const main = {
    name: plural,
    singularName: kind.kind.toLowerCase(),
    namespaced,
    kind: kind.kind,
    verbs,
    ...(short.length === 0 ? {} : { shortNames: short }),
  };
  const sub = (name: string, more: object) => ({ name: `${plural}/${name}`, singularName: '', namespaced, ...more });
  return [
    main,
    ...(kind.kind === 'Pod' ? [sub('log', { kind: 'Pod', verbs: ['get'] })] : []),
    ...(kind.scale
      ? [sub('scale', { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: subresourceVerbs })]
      : []),
    ...(kind.status ? [sub('status', { kind: kind.kind, verbs: subresourceVerbs })] : []),
  ];
}

function resourceList(apiVersion: string): unknown {
  const found = builtInKinds.filter((kind) => kind.apiVersion === apiVersion);
  if (found.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources: found.flatMap(resources) };
}

function groups(): string[] {
  return [...new Set(builtInKinds.map((kind) => kind.group))].filter((group) => group !== '');
}

function group(name: string): { name: string; versions: unknown[]; preferredVersion: unknown } | undefined {
  const versions = [...new Set(builtInKinds.filter((kind) => kind.group === name).map((kind) => kind.version))];
  if (name === '' || versions.length === 0) return undefined;
  const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: all, preferredVersion: all[0] };
}

/** The discovery documents by path; undefined: no such document. */
export function discovery(path: string, host: string): unknown {
  if (path === '/version') return versionInfo;
  if (path === '/api') {
    const addresses = [{ clientCIDR: '0.0.0.0/0', serverAddress: host }];
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: addresses };
  }
  if (path === '/apis') {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups().map(group) };
  }
  const [, root, name = '', version] = path.split('/');
  if (root === 'api' && version === undefined) return resourceList(name);
  if (root !== 'apis') return undefined;
  if (version !== undefined) return path.split('/').length === 4 ? resourceList(`${name}/${version}`) : undefined;
  const found = group(name);
  return found === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...found };
}
