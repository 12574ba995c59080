import { stateKey } from '../objects/metadata.ts';

export { stateKey };

/** Until when Flux was told to leave the object alone, RFC 3339: tells our hold from one that a person set. */
export const holdUntilKey = 'keelson.sh/flux-hold-until';

/** Flux's own switch (fluxcd/pkg/ssa, ApplyAll): `disabled` on the live object is enough. */
export const reconcileKey = 'kustomize.toolkit.fluxcd.io/reconcile';

/** On a Kustomization: which workload uses which of our entries in its `spec.images`. */
export const pinsKey = 'keelson.sh/pins';

/** On a workload, written by Flux at our wish: the image that git names, which a pin in `spec.patches` hides. */
export function gitImageKey(container: string): string {
  return `keelson.sh/git-image.${container}`;
}
