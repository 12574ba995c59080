import type { Owner } from '../types.ts';

interface OwnerMetadata {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

function flux(
  labels: OwnerMetadata['labels'],
  group: string,
): { readonly namespace: string; readonly name: string } | undefined {
  const name = labels[`${group}/name`];
  const namespace = labels[`${group}/namespace`];
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

/**
 * Who reconciles an object's spec, by the labels and annotations that GitOps tools put on what they apply.
 *
 * Argo CD's `app.kubernetes.io/instance` label alone means nothing: Helm charts and people set it as well.
 */
export function ownerOf({ labels, annotations }: OwnerMetadata): Owner {
  const kustomization = flux(labels, 'kustomize.toolkit.fluxcd.io');
  if (kustomization !== undefined) return { type: 'flux-kustomization', ...kustomization };
  const release = flux(labels, 'helm.toolkit.fluxcd.io');
  if (release !== undefined) return { type: 'flux-helmrelease', ...release };
  // `<application>:<group>/<kind>:<namespace>/<name>`
  const application = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0];
  if (application) return { type: 'argocd', application };
  return { type: 'none' };
}
