import type { Rollout, RolloutChange } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { fieldManager, pinAnnotation, pinOf } from '@keelson/kube';
import { namesTagOf } from './names-tag-of.ts';
import type { TagMeaning } from './tag-meaning.ts';

/**
 * The changes of a rollout that another field manager replaced since: its container names another repository or tag, or another digest, or it names
 * the tag alone and that means another digest now. A manifest that is applied again without a digest replaces nothing where its tag means the
 * digest of the rollout: new pods run the very digest that was written (law 6).
 */
function replacedChanges(
  rollout: Pick<Rollout, 'changes'>,
  workload: Workload,
  meaning: TagMeaning,
): readonly RolloutChange[] {
  return rollout.changes.filter((change) => {
    const pinned = pinOf(workload, change.container);
    if (pinned !== undefined) return pinned !== change.to.digest;
    return !namesTagOf(workload, change) || meaning(change) !== change.to.digest;
  });
}

/** One sentence where another field manager wrote another image since: the pods would show that image, not this rollout's (law 6). */
export function replacedBy(rollout: Rollout, workload: Workload, meaning: TagMeaning): string | undefined {
  if (workload.generation <= rollout.generation) return undefined;
  const [other] = replacedChanges(rollout, workload, meaning);
  if (!other) return undefined;
  const image = workload.containers.find(({ name }) => name === other.container)?.image;
  return image === undefined
    ? `Container ${other.container} was removed before its new image was verified.`
    : `Another field manager wrote ${image} to container ${other.container} before ${shortDigest(other.to.digest)} was verified.`;
}

/**
 * Whether Keelson itself wrote the other digests: a rollout that this one superseded was just being written, and its write came last. Then this
 * one has to be written again.
 */
export function isOwnLateWrite(rollout: Pick<Rollout, 'changes'>, workload: Workload, meaning: TagMeaning): boolean {
  const others = replacedChanges(rollout, workload, meaning);
  return others.length > 0 && others.every(({ container }) => isPinnedByKeelson(workload, container));
}

function isPinnedByKeelson(workload: Workload, container: string): boolean {
  const digest = pinOf(workload, container);
  if (digest === undefined) return false;
  const image = workload.containers.find(({ name }) => name === container)?.image;
  const field = image?.endsWith(`@${digest}`) ? `image:${container}` : pinAnnotation(container);
  return workload.writers[field]?.[0]?.manager === fieldManager;
}
