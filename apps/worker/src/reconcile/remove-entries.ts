import { workloadKeyOf } from '@keelson/core';
import type { WorkloadRecord } from '@keelson/history';
import type { FluxOwner } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import type { Deps } from '../deps.ts';

const types = { Kustomization: 'flux-kustomization', HelmRelease: 'flux-helmrelease' } as const;

/** The object of Flux that a record names as the owner, proven or not. */
function fluxOwnerIn({ owner }: Pick<WorkloadRecord, 'owner'>): FluxOwner | undefined {
  const [, kind, namespace, name] = /\b(Kustomization|HelmRelease) ([a-z0-9.-]+)\/([a-z0-9.-]+)/.exec(owner) ?? [];
  if ((kind !== 'Kustomization' && kind !== 'HelmRelease') || !namespace || !name) return undefined;
  return { type: types[kind], namespace, name };
}

/**
 * Removes the entries that Keelson wrote into the owner of a workload that was deleted: they would pin whatever comes under its name or image.
 * A workload that is only not followed any more keeps them until `remove-fields` takes them out. False: it failed, and is to be tried again.
 */
export async function removeEntries(
  { reader, writes, log }: Pick<Deps, 'reader' | 'writes' | 'log'>,
  record: Pick<WorkloadRecord, 'id' | 'owner'>,
): Promise<boolean> {
  const owner = fluxOwnerIn(record);
  const key = workloadKeyOf(record.id);
  if (!owner || !key) return true;
  try {
    if ((await reader.readWorkload(key)) === undefined) await writes.removeEntries(key, owner);
    return true;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    log.warn(
      { err: error, workload: record.id },
      'could not remove what Keelson wrote into the owner of a deleted workload',
    );
    return !error.retryable;
  }
}
