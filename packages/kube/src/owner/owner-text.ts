import type { FluxOwner } from '../types.ts';

/** `Kustomization flux-system/apps`, for messages. */
export function ownerText({ type, namespace, name }: FluxOwner): string {
  return `${type === 'flux-kustomization' ? 'Kustomization' : 'HelmRelease'} ${namespace}/${name}`;
}
