import type { WorkloadKey } from '@keelson/core';
import { getIfThere } from '../http/get-if-there.ts';
import { ConflictError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { stateKey } from '../keys.ts';
import { fluxClaims } from '../objects/owner.ts';
import { ownerPath } from '../owner/flux-kinds.ts';
import { mayApply, readOwnerStatus } from '../owner/inventory.ts';
import { ownerText } from '../owner/owner-text.ts';
import type { FluxOwner, Workload } from '../types.ts';
import { patchFields } from './field-patch.ts';
import { nameOf } from './find-container.ts';
import { withoutPins } from './flux/change-pins.ts';
import { concerns } from './flux/concerns.ts';
import type { Kustomization } from './flux/kustomization.ts';
import { writePins } from './flux/write-pins.ts';
import { unpinRelease } from './flux-helm-release.ts';
import { endedHold } from './hold.ts';
import { readOwnEntries } from './own-entries.ts';
import { isPinnedByUs, pinsOn, spelledByAuthor } from './pins.ts';

/**
 * Removes everything that Keelson wrote for a workload: first the entries in its owner, so that Flux does not apply them again; then, in
 * one request, everything on the object itself.
 */
export async function removeAll(http: KubeHttp, workload: Workload, now: number, signal?: AbortSignal): Promise<void> {
  await unpin(http, workload, now, signal);
  const ours = workload.containers.filter(({ name }) => isPinnedByUs(workload, name));
  const images = ours.map((container) => ({
    container,
    to: spelledByAuthor(workload, container.name, container.image),
  }));
  const state = workload.annotations[stateKey] === undefined ? [] : [stateKey];
  await patchFields(
    http,
    workload,
    {
      images,
      templateAnnotations: removed(Object.keys(pinsOn(workload))),
      annotations: { ...removed(state), ...endedHold(workload) },
    },
    signal,
  );
}

function removed(keys: readonly string[]): Readonly<Record<string, undefined>> {
  return Object.fromEntries(keys.map((key) => [key, undefined]));
}

/** Removes Keelson's entries for a workload from what its labels name, where there are any, whether that lists the workload or not. */
export async function unpin(http: KubeHttp, workload: Workload, now: number, signal?: AbortSignal): Promise<void> {
  for (const owner of fluxClaims(workload)) await removeEntries(http, workload, owner, now, signal);
}

/** Removes Keelson's entries for a workload from an object of Flux, where there are any. */
export async function removeEntries(
  http: KubeHttp,
  workload: WorkloadKey,
  owner: FluxOwner,
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  if (owner.type === 'flux-helmrelease') {
    await unpinRelease(http, owner, workload, now, signal);
    return;
  }
  const change = (read: Kustomization) => (concerns(read, workload) ? withoutPins(workload) : undefined);
  await writePins(http, owner, change, undefined, signal);
}

/**
 * Removes Keelson's entries for a workload from an object of Flux that reconciled it before, where there are any.
 *
 * @throws ConflictError while that object may still apply the workload, which would lose its digest then
 */
export async function removeLeftEntries(
  http: KubeHttp,
  workload: WorkloadKey,
  owner: FluxOwner,
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  const object = await getIfThere(http, ownerPath(owner), signal);
  if (object === undefined) return;
  const entries = await readOwnEntries(http, owner.type, object, signal);
  if (Object.keys(entries.pinsOf(workload)).length === 0) return;
  if (mayApply(readOwnerStatus(object), workload)) {
    throw new ConflictError(`${ownerText(owner)} may still apply ${nameOf(workload)}.`);
  }
  await removeEntries(http, workload, owner, now, signal);
}
