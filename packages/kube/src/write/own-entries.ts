import type { WorkloadKey } from '@keelson/core';
import type { Digest } from '@keelson/image';
import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import type { FluxOwner } from '../types.ts';
import { entryPins, isOf } from './flux/image-entries.ts';
import type { Kustomization } from './flux/kustomization.ts';
import { getKustomization, readKustomization } from './flux/kustomization.ts';
import { patchPins } from './flux/patch-entries.ts';
import { hasList } from './flux/release-list.ts';
import { mayLackList } from './helm/git-list.ts';
import type { HelmRelease } from './helm/helm-release.ts';
import { readHelmRelease } from './helm/helm-release.ts';
import { pinnedIn } from './helm/release-pins.ts';

/** Keelson's entries in one owner, and what follows for it from them. */
export interface OwnEntries extends Pick<FluxOwner, 'breaks' | 'hidesList'> {
  /** The digests to which they pin the containers of a workload, by container. */
  readonly pinsOf: (workload: WorkloadKey) => Readonly<Record<string, Digest>>;
}

type PinsIn = (workload: WorkloadKey) => readonly { readonly container: string; readonly digest: Digest }[];

/**
 * Reads Keelson's entries from an object of Flux, as the API server sends it. Where git has a list of its own in a HelmRelease, Keelson's entries in it
 * look like git's: then the patches of the Kustomization that applies it say which ones are Keelson's.
 */
export async function readOwnEntries(
  http: KubeHttp,
  type: FluxOwner['type'],
  object: unknown,
  signal?: AbortSignal,
): Promise<OwnEntries> {
  const { pinsIn, ...more } =
    type === 'flux-kustomization' ? { pinsIn: inKustomization(object) } : await inRelease(http, object, signal);
  const pinsOf = (workload: WorkloadKey) =>
    Object.fromEntries(pinsIn(workload).map(({ container, digest }) => [container, digest]));
  return { pinsOf, ...more };
}

const none: PinsIn = () => [];

type InRelease = { readonly pinsIn: PinsIn } & Pick<OwnEntries, 'breaks' | 'hidesList'>;

function inKustomization(object: unknown): PinsIn {
  const read = readKustomization(object);
  if (read === undefined) return none;
  const byImage = entryPins(read);
  return (workload) => [...byImage.filter((pin) => isOf(pin, workload)), ...patchPins(read, workload)];
}

async function inRelease(http: KubeHttp, object: unknown, signal: AbortSignal | undefined): Promise<InRelease> {
  const read = readHelmRelease(object);
  if (read === undefined) return { pinsIn: none };
  if (read.listOwner === undefined) return { pinsIn: (workload) => pinnedIn(read, workload) };
  const through = await applierOf(http, read, signal);
  if (through === undefined) return { pinsIn: none };
  return {
    pinsIn: (workload) => patchPins(through, workload, read),
    ...(mayLackList(through, read) && { breaks: true }),
    ...(hasList(through.patches, read) && { hidesList: true }),
  };
}

/** The Kustomization that applies a HelmRelease; undefined where it cannot be read, so that nothing can be in it by Keelson either. */
async function applierOf(
  http: KubeHttp,
  { appliedBy }: HelmRelease,
  signal: AbortSignal | undefined,
): Promise<Kustomization | undefined> {
  if (appliedBy === undefined) return undefined;
  try {
    return await getKustomization(http, appliedBy, signal);
  } catch (error) {
    if (!(error instanceof KubeError) || error.retryable) throw error;
    return undefined;
  }
}
