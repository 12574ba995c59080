import type { WorkloadKey } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { FluxOwner } from '../types.ts';
import { entryPins, isOf } from './flux/image-entries.ts';
import { readKustomization } from './flux/kustomization.ts';
import { patchPins } from './flux/patch-entries.ts';
import { readHelmRelease } from './helm/helm-release.ts';
import { pinnedIn } from './helm/release-pins.ts';

/** The digests to which the entries of one owner pin the containers of a workload, by container. */
export type OwnEntries = (workload: WorkloadKey) => Readonly<Record<string, Digest>>;

/**
 * Reads Keelson's entries from an object of Flux, as the API server sends it. Those that a Kustomization's patch adds to the list of a HelmRelease are
 * not among them: there they look like git's own.
 */
export function readOwnEntries(type: FluxOwner['type'], object: unknown): OwnEntries {
  const pinsIn = type === 'flux-kustomization' ? inKustomization(object) : inRelease(object);
  return (workload) => Object.fromEntries(pinsIn(workload).map(({ container, digest }) => [container, digest]));
}

type PinsIn = (workload: WorkloadKey) => readonly { readonly container: string; readonly digest: Digest }[];

const none: PinsIn = () => [];

function inKustomization(object: unknown): PinsIn {
  const read = readKustomization(object);
  if (read === undefined) return none;
  const byImage = entryPins(read);
  return (workload) => [...byImage.filter((pin) => isOf(pin, workload)), ...patchPins(read, workload)];
}

function inRelease(object: unknown): PinsIn {
  const read = readHelmRelease(object);
  return read === undefined ? none : (workload) => pinnedIn(read, workload);
}
