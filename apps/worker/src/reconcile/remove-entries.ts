import type { WorkloadKey } from '@keelson/core';
import { workloadKeyOf } from '@keelson/core';
import type { WorkloadRecord } from '@keelson/history';
import type { FluxOwner } from '@keelson/kube';
import { ConflictError, fluxClaims, KubeError, ownerText } from '@keelson/kube';
import type { Deps } from '../deps.ts';

const types = { Kustomization: 'flux-kustomization', HelmRelease: 'flux-helmrelease' } as const;

/** As `workloadRecord` and `ownerText` write it. Argo CD's application may be called anything. */
const ownerForm = /^(?:Flux |unknown \()?(Kustomization|HelmRelease) ([a-z0-9.-]+)\/([a-z0-9.-]+)(?:\?\))?$/;

/** The object of Flux that a record names as the owner, proven or not. */
function fluxOwnerIn(owner: string): FluxOwner | undefined {
  const [, kind, namespace, name] = ownerForm.exec(owner) ?? [];
  if ((kind !== 'Kustomization' && kind !== 'HelmRelease') || !namespace || !name) return undefined;
  return { type: types[kind], namespace, name };
}

type EntryDeps = Pick<Deps, 'writes' | 'log'>;

/** False: it failed, or has to wait, and is to be tried again. */
async function isRemoved({ writes, log }: EntryDeps, key: WorkloadKey, owner: FluxOwner, left: boolean) {
  try {
    await writes.removeEntries(key, owner, { left });
    return true;
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    // That owner may still apply it.
    if (left && error instanceof ConflictError) return false;
    log.warn(
      { err: error, workload: key, owner: ownerText(owner) },
      'could not remove what Keelson wrote into an owner',
    );
    return !error.retryable;
  }
}

/**
 * Removes the entries that Keelson wrote into the owner of a workload that was deleted: they would pin whatever comes under its name or image.
 * A workload that is only not followed any more keeps them until `remove-fields` takes them out, in the owner that its labels name. False: it is to be tried again.
 */
export async function removeEntries(
  deps: EntryDeps & Pick<Deps, 'reader'>,
  record: Pick<WorkloadRecord, 'id' | 'owner' | 'leftOwners'>,
): Promise<boolean> {
  const key = workloadKeyOf(record.id);
  const owners = ownersIn(record);
  if (owners.length === 0 || !key) return true;
  const workload = await deps.reader.readWorkload(key);
  const claimed = new Set(workload ? fluxClaims(workload).map(ownerText) : []);
  const removed = await Promise.all(
    owners
      .filter((owner) => !claimed.has(ownerText(owner)))
      .map((owner) => isRemoved(deps, key, owner, workload !== undefined)),
  );
  return removed.every(Boolean);
}

type Owners = Pick<WorkloadRecord, 'owner' | 'leftOwners'>;

function ownersIn({ owner, leftOwners = [] }: Owners): readonly FluxOwner[] {
  const owners = [...leftOwners, owner].flatMap((text) => fluxOwnerIn(text) ?? []);
  return [...new Map(owners.map((one) => [ownerText(one), one])).values()];
}

/**
 * The owners that a workload had before this one, in which entries of Keelson's may still be: git moved it, and they would pin whatever comes under its
 * name or image there. They are removed as soon as those owners no longer apply it.
 */
export async function leftOwners(
  deps: EntryDeps,
  { id, owner }: Pick<WorkloadRecord, 'id' | 'owner'>,
  before: Owners | undefined,
): Promise<readonly string[]> {
  const key = workloadKeyOf(id);
  const now = fluxOwnerIn(owner);
  const others = before ? ownersIn(before).filter((one) => !now || ownerText(one) !== ownerText(now)) : [];
  const left: string[] = [];
  for (const one of others) if (key && !(await isRemoved(deps, key, one, true))) left.push(ownerText(one));
  return left;
}
