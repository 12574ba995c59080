import type { WorkloadId } from '@keelson/core';
import type { NewRollout, RolloutChange } from '@keelson/history';
import { imagePatch } from '@keelson/queue';
import type { Deps } from '../deps.ts';

/**
 * Restores digests by a rollout like any other, so that they are written by the right path, verified and recorded, in spite of a hold. Returns
 * its id; undefined where none began, as where a rollout began that `knew` does not know.
 */
export async function restoreDigests(
  { history, producer }: Pick<Deps, 'history' | 'producer'>,
  workload: WorkloadId,
  changes: readonly RolloutChange[],
  about: Pick<NewRollout, 'message' | 'rollbackOf'> &
    Required<Pick<NewRollout, 'knew'>> &
    Partial<Pick<NewRollout, 'code' | 'kind'>>,
): Promise<string | undefined> {
  const begun = await history.begin({
    workload,
    kind: 'rollback',
    again: true,
    trigger: 'guard',
    code: 'pin-restored',
    ...about,
    changes,
  });
  if (begun.outcome !== 'created') return undefined;
  await producer.add(imagePatch, { workload, rollout: begun.rollout.id });
  return begun.rollout.id;
}
