import type { NewRollout, Rollout, RolloutChange, WorkloadState } from '@keelson/history';
import { repositoryOf, shortDigest } from '@keelson/image';
import type { ContainerCheck } from './check-container.ts';

/**
 * The rollout that Redis lost before its verdict: Keelson wrote the digest that the workload is pinned to and that its tag means, the annotation
 * `keelson.sh/state` says so, no pod has proven it, and no rollout knows of it. It is judged by a new one (laws 13 and 14), which writes nothing
 * else. undefined where there is none.
 */
export function lostRollout(
  containers: readonly Pick<ContainerCheck, 'facts' | 'digest' | 'decision'>[],
  { digests }: Pick<WorkloadState, 'digests'>,
  latest: Pick<Rollout, 'changes'> | undefined,
): Pick<NewRollout, 'changes' | 'code' | 'message'> | undefined {
  const isTold = ({ container, to }: RolloutChange) =>
    latest?.changes.some((change) => change.container === container && change.to.digest === to.digest);
  const changes = containers.flatMap((one) => unprovenChange(one, digests) ?? []).filter((change) => !isTold(change));
  if (changes.length === 0) return undefined;
  const what = changes.map(({ container, to }) => `${shortDigest(to.digest)} in container ${container}`).join(', ');
  const message = `Keelson wrote ${what}, and Redis lost the rollout before its pods were seen to work: it is verified now.`;
  return { changes, code: 'rollout-lost', message };
}

function unprovenChange(
  { facts, digest, decision }: Pick<ContainerCheck, 'facts' | 'digest' | 'decision'>,
  digests: WorkloadState['digests'],
): RolloutChange | undefined {
  const { name, reference, pinned } = facts;
  const record = digests[name];
  if (decision.code !== 'up-to-date' || pinned !== digest) return undefined;
  if (record?.image !== repositoryOf(reference) || record.tag !== (reference.tag ?? '')) return undefined;
  if (!record.written || record.rolledOut !== digest || record.lastGood === digest) return undefined;
  const version = reference.tag === undefined ? {} : { tag: reference.tag };
  const from = record.lastGood === undefined ? {} : { ...version, digest: record.lastGood };
  return { container: name, image: record.image, from, to: { ...version, digest } };
}
