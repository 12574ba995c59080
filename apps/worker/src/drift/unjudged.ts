import type { NewRollout, Rollout, RolloutChange, WorkloadState } from '@keelson/history';
import { repositoryOf, shortDigest } from '@keelson/image';
import type { Container, Workload } from '@keelson/kube';
import { pinOf } from '@keelson/kube';
import type { TrackedContainer } from '@keelson/policy';
import { templateOf } from '../write-path/template-of.ts';

type Known = Pick<WorkloadState, 'digests' | 'check' | 'quarantine' | 'hold' | 'active' | 'unproven' | 'latest'>;

/**
 * The digests that Keelson wrote, that the workload has, and that no verdict was reached on: perhaps their rollout was cancelled because the object
 * was replaced, and the same digests are back (law 14). Empty while a rollout may still judge them. Pure.
 */
export function unjudgedChanges(
  workload: Workload,
  tracked: readonly TrackedContainer<Container>[],
  { digests, check, quarantine, hold, active, unproven, latest }: Known,
): readonly RolloutChange[] {
  if (hold || active !== undefined || unproven !== undefined || latest === undefined) return [];
  return tracked.flatMap(({ name, reference }): readonly RolloutChange[] => {
    const [record, image] = [digests[name], repositoryOf(reference)];
    if (!record?.written || record.doubtful || record.image !== image || record.tag !== reference.tag) return [];
    const { rolledOut, lastGood, tag } = record;
    const isBad = quarantine.some((entry) => entry.container === name && entry.digest === rolledOut);
    const means = check?.observed.find(({ container }) => container === name)?.digest;
    if (rolledOut === lastGood || isBad || (pinOf(workload, name) ?? means) !== rolledOut) return [];
    const from = lastGood === undefined ? {} : { tag, digest: lastGood };
    return [{ container: name, image, from, to: { tag, digest: rolledOut } }];
  });
}

/**
 * The rollout that judges such digests, where the newest one wrote them and was cancelled. undefined where more of the pod template is another
 * one than was written: a failure would then be blamed on an image that may be innocent.
 */
export function rolloutAnew(
  workload: Workload,
  changes: readonly RolloutChange[],
  newest: Rollout | undefined,
): Pick<NewRollout, 'changes' | 'code' | 'message' | 'kind'> | undefined {
  if (newest?.state !== 'cancelled' || newest.written?.foreign !== templateOf(workload, newest).foreign)
    return undefined;
  const again = changes.filter(({ container, to }) =>
    newest.changes.some((was) => was.container === container && was.to.digest === to.digest),
  );
  if (again.length === 0) return undefined;
  const what = again.map(({ container, to }) => `${shortDigest(to.digest)} of container ${container}`).join(', ');
  const message = `The workload has ${what} again, whose rollout was cancelled before it was verified.`;
  return { changes: again, code: 'verified-anew', message, kind: 'update' };
}
