import { dirname } from 'node:path/posix';
import type { ApiClient, KubeManifest } from '@keelson/simulator';
import type { Applier, Kind } from './cells.ts';
import { collectionOf } from './manifest.ts';
import { threeWayPatch } from './three-way.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const strategic = 'application/strategic-merge-patch+json';
const serverSide = 'application/apply-patch+yaml';

/** The field manager under which each of them writes. */
export const managers: Readonly<Record<Applier, string>> = {
  'client-side apply': 'kubectl-client-side-apply',
  'server-side apply': 'kubectl',
  replace: 'kubectl-replace',
  'helm upgrade': 'helm',
  controller: 'fleet-controller',
};

/** Writes one workload's manifests, one after the other, as this applier does. */
export interface Applying {
  /** Makes the workload. */
  create(manifest: KubeManifest): Promise<void>;
  /** Writes it again. A workload that others made has no last manifest. */
  apply(manifest: KubeManifest): Promise<void>;
}

export function applierOf(client: ApiClient, applier: Applier, kind: Kind): Applying {
  let last: KubeManifest | undefined;
  const query = `fieldManager=${managers[applier]}`;
  const isServerSide = applier === 'server-side apply' || applier === 'controller';
  const pathOf = ({ metadata }: KubeManifest) => `${collectionOf(kind, String(metadata.namespace))}/${metadata.name}`;

  /** kubectl keeps in the object what it sent. */
  const sentOf = (manifest: KubeManifest): KubeManifest => {
    if (applier !== 'client-side apply') return manifest;
    const { annotations, ...metadata } = manifest.metadata;
    const own = typeof annotations === 'object' ? annotations : {};
    const said = { ...own, [lastApplied]: JSON.stringify(manifest) };
    return { ...manifest, metadata: { ...metadata, annotations: said } };
  };

  const applyServerSide = (manifest: KubeManifest) =>
    client.do('PATCH', `${pathOf(manifest)}?${query}&force=true`, manifest, serverSide);

  return {
    async create(manifest) {
      last = sentOf(manifest);
      if (isServerSide) await applyServerSide(last);
      else await client.do('POST', `${dirname(pathOf(last))}?${query}`, last);
    },
    async apply(manifest) {
      const before = last;
      last = sentOf(manifest);
      const path = pathOf(last);
      if (isServerSide) await applyServerSide(last);
      else if (applier === 'replace') await client.do('PUT', `${path}?${query}`, last);
      else {
        const patch = threeWayPatch(before, last, await client.do('GET', path));
        if (patch) await client.do('PATCH', `${path}?${query}`, patch, strategic);
      }
    },
  };
}
