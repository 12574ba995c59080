import type { NewRollout, RolloutChange, WorkloadState } from '@keelson/history';
import { repositoryOf, shortDigest } from '@keelson/image';
import type { Container, Workload } from '@keelson/kube';
import { fieldManager, pinAnnotation, pinOf } from '@keelson/kube';
import type { TrackedContainer } from '@keelson/policy';
import { readIntent } from '@keelson/policy';
import { digestOn } from './digest-on.ts';

type Known = Pick<WorkloadState, 'digests' | 'quarantine' | 'hold' | 'check'>;

export type MissedRollback = Pick<NewRollout, 'changes' | 'code' | 'message' | 'rollbackOf'>;

/** Holds in spite of which a failed rollout is rolled back. The others say that a user decides. */
const ignoredHolds: ReadonlySet<string> = new Set(['paused', 'too-many-failures', 'reverted']);

/** `kubectl rollout undo` names no image: it returns to an older revision, whichever that is. */
const undoManager = 'kubectl-rollout';

/**
 * The rollback from quarantined digests that Keelson rolled out: the one that followed their failure is gone where Redis was lost before it was
 * written (laws 7 and 13), and was cancelled where the workload was gone then. The same where `kubectl rollout undo` returned to the revision of such a
 * digest, and where the manifest names another tag that means it. undefined where there is none, or no way back. Pure; only for a workload without a rollout under way.
 */
export function missedRollback(
  workload: Workload,
  tracked: readonly TrackedContainer<Container>[],
  state: Known,
): MissedRollback | undefined {
  const { digests, quarantine, hold } = state;
  if (readIntent(workload).rollback !== 'auto' || (hold && !ignoredHolds.has(hold.code))) return undefined;
  const failed = tracked.flatMap(({ name, reference }) => {
    const [record, image] = [digests[name], repositoryOf(reference)];
    const has = digestOn(workload, name, state);
    const against = quarantine.filter((entry) => entry.container === name && entry.image === image);
    const entry = against.find(({ digest }) => digest === has);
    if (!has || !entry || record?.image !== image) return [];
    // Not a digest that a user pinned; and where the pin of another digest of this tag was removed, that is restored.
    const isOther = pinOf(workload, name) ? !isByUs(workload, name) : record.tag === (reference.tag ?? '');
    if (record.rolledOut !== has && isOther) return [];
    const good = [record.lastGood, record.goodBefore].find((one) => !against.some(({ digest }) => digest === one));
    return [
      { container: name, image, tag: reference.tag, has, good, entry, isUndo: isPinnedBy(workload, name, undoManager) },
    ];
  });
  const changes = failed.flatMap(({ container, image, tag, has, good }): RolloutChange[] => {
    const version = tag === undefined ? {} : { tag };
    return good ? [{ container, image, from: { ...version, digest: has }, to: { ...version, digest: good } }] : [];
  });
  // All are rolled back together, or none is.
  if (failed.length === 0 || changes.length < failed.length) return undefined;
  const what = failed.map(({ container, has }) => `${shortDigest(has)} in container ${container}`).join(', ');
  const why = failed.map(({ entry }) => entry.message).join(' ');
  const rollbackOf = failed[0]?.entry.rollout;
  return {
    changes,
    code: 'rolled-back',
    message: failed.some(({ isUndo }) => isUndo)
      ? `kubectl rollout undo returned the workload to ${what}, which is quarantined: ${why}`
      : `The workload has ${what}, which is quarantined: ${why}`,
    ...(rollbackOf !== undefined && { rollbackOf }),
  };
}

/** Whether no user chose the digest that is pinned. */
function isByUs(workload: Workload, container: string): boolean {
  return [fieldManager, undoManager].some((manager) => isPinnedBy(workload, container, manager));
}

function isPinnedBy({ writers }: Workload, container: string, wanted: string): boolean {
  const fields = [pinAnnotation(container), `image:${container}`];
  return fields.some((field) => writers[field]?.some(({ manager }) => manager === wanted));
}
