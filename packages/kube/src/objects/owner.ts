import type { WorkloadKey } from '@keelson/core';
import { fluxKinds } from '../owner/flux-kinds.ts';
import type { ArgoOwner, FluxOwner, Workload } from '../types.ts';
import { apiVersionOf } from './kinds.ts';

interface OwnerMetadata extends WorkloadKey {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The field managers of its containers, as managedFields names them. */
  readonly managers: readonly string[];
}

/** The objects of Flux that an object's labels name, in the order in which they are asked. Anybody may write such labels: see createOwnerProofs. */
export function fluxClaims({ labels }: Pick<Workload, 'labels'>): readonly FluxOwner[] {
  const types = ['flux-kustomization', 'flux-helmrelease'] as const;
  return types.flatMap((type) => {
    const { group } = fluxKinds[type];
    const name = labels[`${group}/name`];
    const namespace = labels[`${group}/namespace`];
    return name && namespace ? [{ type, namespace, name }] : [];
  });
}

/** The application controller of Argo CD, by its names in managedFields. */
const argoManager = /^argocd-(application-)?controller$/;

/** The application of `<application>:<group>/<kind>:<namespace>/<name>`, where that is the object itself: a manifest that was copied names another one. */
function trackedBy({ kind, namespace, name, annotations }: OwnerMetadata): string | undefined {
  const itself = `:${apiVersionOf(kind).split('/')[0]}/${kind}:${namespace}/${name}`;
  const tracking = annotations['argocd.argoproj.io/tracking-id'];
  return tracking?.endsWith(itself) ? tracking.slice(0, -itself.length) : undefined;
}

/**
 * Argo CD, where it applies an object. Since 3.0 an annotation names the application; before, a label did, whose key anybody may have chosen anew, and
 * which by default Helm charts and people set as well. So whose containers its field manager applies are Argo CD's too, whatever the labels are.
 */
export function argoOwner(metadata: OwnerMetadata): ArgoOwner | undefined {
  const { labels, managers } = metadata;
  const named = trackedBy(metadata) || labels['argocd.argoproj.io/instance'];
  const isApplied = managers.some((name) => argoManager.test(name));
  if (!named && !isApplied) return undefined;
  const application = named || labels['app.kubernetes.io/instance'];
  return { type: 'argocd', ...(application && { application }) };
}
