import type { NewRollout, Rollout, RolloutChange, WorkloadState } from '@keelson/history';
import { repositoryOf, shortDigest } from '@keelson/image';
import type { Container, Workload } from '@keelson/kube';
import type { TrackedContainer } from '@keelson/policy';
import { templateOf } from '../write-path/template-of.ts';
import { digestOn } from './digest-on.ts';

type Known = Pick<WorkloadState, 'digests' | 'check' | 'quarantine' | 'hold' | 'active' | 'unproven'>;

/**
 * The digests that Keelson wrote, that the workload has, and that are not known to work: perhaps their rollout was cancelled because the object was
 * replaced, and the same digests are back; perhaps Redis lost it (laws 13 and 14). Empty while a rollout may still judge them. Pure.
 */
export function unjudgedChanges(
  workload: Workload,
  tracked: readonly TrackedContainer<Container>[],
  state: Known,
): readonly RolloutChange[] {
  const { digests, quarantine, hold, active, unproven } = state;
  if (hold || active !== undefined || unproven !== undefined) return [];
  return tracked.flatMap(({ name, reference }): readonly RolloutChange[] => {
    const [record, image] = [digests[name], repositoryOf(reference)];
    if (!record?.written || record.doubtful || record.image !== image || record.tag !== reference.tag) return [];
    const { rolledOut, lastGood, tag } = record;
    const isBad = quarantine.some((entry) => entry.container === name && entry.digest === rolledOut);
    if (rolledOut === lastGood || isBad || digestOn(workload, name, state) !== rolledOut) return [];
    const from = lastGood === undefined ? {} : { tag, digest: lastGood };
    return [{ container: name, image, from, to: { tag, digest: rolledOut } }];
  });
}

/**
 * The rollout that judges such digests: Redis lost the one that wrote them, or that was cancelled. undefined where a verdict is known, even one that
 * blames nobody, and where more of the pod template is another one than was written: a failure would then be blamed on an image that may be innocent.
 */
export function rolloutAnew(
  workload: Workload,
  changes: readonly RolloutChange[],
  past: readonly Rollout[],
): Pick<NewRollout, 'changes' | 'code' | 'message' | 'kind'> | undefined {
  const again = changes.filter(({ container, to }) => {
    const wrote = past.find((one) => one.changes.some((c) => c.container === container && c.to.digest === to.digest));
    if (wrote === undefined) return true;
    return (
      wrote.state === 'cancelled' && (!wrote.written || wrote.written.foreign === templateOf(workload, wrote).foreign)
    );
  });
  if (again.length === 0) return undefined;
  const what = again.map(({ container, to }) => `${shortDigest(to.digest)} of container ${container}`).join(', ');
  const message = `The workload has ${what}, whose rollout was cancelled or lost before it was verified.`;
  return { changes: again, code: 'verified-anew', message, kind: 'update' };
}
