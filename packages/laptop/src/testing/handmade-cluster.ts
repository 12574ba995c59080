import type { KubeObject, SimulatedCluster } from '@keelson/simulator';
import type { Address } from '@keelson/simulator/kubelet';

type ReadCluster = Pick<SimulatedCluster, 'get' | 'list' | 'addressOf' | 'onChange'>;

/** A cluster of which only what an ingress reads is there, changed as a test likes. */
export function handmadeCluster() {
  const objects: KubeObject[] = [];
  const addresses = new Map<string, Address>();
  const listeners = new Set<(kind: string) => void>();
  const cluster: ReadCluster = {
    get: (_version, kind, namespace, name) =>
      cluster.list('', kind).find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    list: (_version, kind) => objects.filter((each) => each.kind === kind),
    addressOf: (_namespace, pod) => addresses.get(pod),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const put = (kind: string, name: string, more: Record<string, unknown>, meta: Record<string, unknown> = {}) => {
    remove(kind, name);
    const metadata = { name, namespace: 'web', uid: name, resourceVersion: '1', ...meta };
    objects.push({ apiVersion: 'v1', kind, metadata, ...more });
    for (const listener of listeners) listener(kind);
  };
  const remove = (kind: string, name: string) => {
    const at = objects.findIndex((each) => each.kind === kind && each.metadata.name === name);
    if (at >= 0) objects.splice(at, 1);
    for (const listener of listeners) listener(kind);
  };
  return { cluster, put, remove, addresses };
}
