import { listPath } from '../objects/kinds.ts';
import type { FluxOwner, Owner } from '../types.ts';

interface FluxKind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** Where the API server has the objects of Flux that own workloads. */
export const fluxKinds: Readonly<Record<FluxOwner['type'], FluxKind>> = {
  'flux-kustomization': { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', plural: 'kustomizations' },
  'flux-helmrelease': { group: 'helm.toolkit.fluxcd.io', version: 'v2', plural: 'helmreleases' },
};

/** The path of an object of Flux. */
export function ownerPath({ type, namespace, name }: FluxOwner): string {
  const { group, version, plural } = fluxKinds[type];
  return `${listPath(`${group}/${version}`, plural, namespace)}/${encodeURIComponent(name)}`;
}

export function isFluxOwner(owner: Owner): owner is FluxOwner {
  return Object.hasOwn(fluxKinds, owner.type);
}
