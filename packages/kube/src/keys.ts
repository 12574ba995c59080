/** The names under which Keelson writes into a cluster. */

/**
 * The field manager of every write, as managedFields records it (law 3). Flux removes what managers called `kubectl…` or
 * `before-first-apply…` own, and what its own name owns; it leaves this one alone.
 */
export const fieldManager = 'keelson';

/** On a workload: Keelson's own state, as JSON. */
export const stateKey = 'keelson.sh/state';

/** On the admission policy: which values of pin annotations it reads. Without it, only the form with one field. */
export const pinVersionKey = 'keelson.sh/pin-version';

const pinPrefix = 'digest.keelson.sh/';

/** On a pod template: the annotation that pins a container, `digest.keelson.sh/<container>`. For its value see `readPinValue`. */
export function pinAnnotation(container: string): string {
  return `${pinPrefix}${container}`;
}

export function isPinAnnotation(key: string): boolean {
  return key.startsWith(pinPrefix);
}

/** On a workload: until when Flux is not to reconcile it, in RFC 3339. Distinguishes Keelson's hold from one that a person set. */
export const holdUntilKey = 'keelson.sh/flux-hold-until';

/** Flux' own switch (fluxcd/pkg/ssa, ApplyAll): `disabled` on the live object is enough. */
export const reconcileKey = 'kustomize.toolkit.fluxcd.io/reconcile';

/** On a Kustomization: which workload each of Keelson's entries in `spec.images` is for, as JSON. */
export const pinsKey = 'keelson.sh/pins';

/** On a Kustomization: what Keelson last requested a reconciliation for, as JSON. It distinguishes a pass that read that from one that did not. */
export const requestKey = 'keelson.sh/request';

/** On a Kustomization: a new value makes Flux reconcile it at once; it comes back as `status.lastHandledReconcileAt`. */
export const requestedAtKey = 'reconcile.fluxcd.io/requestedAt';

/** The field manager under which Flux applies what a Kustomization says. */
export const fluxManager = 'kustomize-controller';

/** The field managers under which Flux applies Kustomizations and Helm releases. */
export const fluxManagers: readonly string[] = [fluxManager, 'helm-controller'];

/** On a workload, written by Flux on Keelson's behalf: the image that git names, which a pin in `spec.patches` hides. */
export function gitImageKey(container: string): string {
  return `keelson.sh/git-image.${container}`;
}
