import type { WorkloadKey } from '@keelson/core';
import { lists } from '../../owner/owner-proofs.ts';
import type { HelmRelease } from '../helm/helm-release.ts';
import { pinnedIn } from '../helm/release-pins.ts';
import { entryPins, isOf } from './image-entries.ts';
import type { Kustomization } from './kustomization.ts';
import { hasPatches, isListedIn, patchPins } from './patch-entries.ts';

/**
 * Whether a Kustomization has to do with a workload, as it says itself: it lists it, or has an entry of Keelson's for it. The labels of the workload are a
 * claim, so nothing at all is written where neither is so, not even to tidy up.
 */
export function concerns(read: Kustomization, workload: WorkloadKey): boolean {
  return lists(read.owns, workload) || hasPatches(read, workload) || entryPins(read).some((pin) => isOf(pin, workload));
}

/** The same of a HelmRelease. */
export function releaseConcerns(release: HelmRelease, workload: WorkloadKey): boolean {
  return lists(release.owns, workload) || pinnedIn(release, workload).length > 0;
}

/** The same of the Kustomization that applies a HelmRelease, as its labels say, which are a claim as well. */
export function concernsThrough(read: Kustomization, release: HelmRelease, workload: WorkloadKey): boolean {
  const isOwned = isListedIn(read, release) && lists(release.owns, workload);
  return isOwned || patchPins(read, workload, release).length > 0;
}
