import { readWorkload } from '../../src/objects/workload.ts';
import type { FieldWriter, Workload } from '../../src/types.ts';
import type { Given } from './objects.ts';
import { deployment } from './objects.ts';

export const fluxLabels = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};
export const helmLabels = { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'shop' };
export const argoTracking = { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' };

/** A Deployment shop/web as it is read, without a cluster. */
export function workload(given: Given = {}, writers: Readonly<Record<string, readonly FieldWriter[]>> = {}): Workload {
  const object = deployment('web', given);
  const metadata = { ...object.metadata, namespace: 'shop', uid: 'uid-web', resourceVersion: '7', generation: 3 };
  const read = readWorkload('Deployment', { ...object, metadata });
  if (read === undefined) throw new Error('no workload');
  return { ...read, writers };
}
