import { z } from 'zod';
import type { TestNamespace } from '../test-namespace.ts';

const replicaSets = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        uid: z.string(),
        annotations: z.record(z.string(), z.string()).default({}),
        ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
      }),
    }),
  ),
});

function reference(kind: string, { name, uid }: { readonly name: string; readonly uid: string }) {
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true };
}

/** Owner references to a Deployment and to its newest ReplicaSet, as the controllers of Kubernetes write them. */
export async function controllersOf({ name: namespace, env: { kube }, read }: TestNamespace, app: string) {
  const path = `/apis/apps/v1/namespaces/${namespace}/replicasets`;
  const [{ metadata }, list] = await Promise.all([read(app), kube.request({ path })]);
  const sets = replicaSets
    .parse(list)
    .items.map((each) => each.metadata)
    .filter(({ ownerReferences }) => ownerReferences.some(({ uid }) => uid === metadata.uid));
  const revisionOf = ({ annotations }: (typeof sets)[number]) =>
    Number(annotations['deployment.kubernetes.io/revision']);
  const newest = sets.toSorted((a, b) => revisionOf(a) - revisionOf(b)).at(-1);
  if (newest === undefined) throw new Error(`${app} has no ReplicaSet.`);
  return {
    deployment: reference('Deployment', { name: app, uid: metadata.uid }),
    replicaSet: reference('ReplicaSet', newest),
  };
}
