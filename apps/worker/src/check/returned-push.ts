import type { Rollout, RolloutChange, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { repositoryOf } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import type { Deps } from '../deps.ts';
import { rolloutAnew } from '../drift/unjudged.ts';
import type { ContainerCheck } from './check-container.ts';

/**
 * The rollout of what the manifest names again, where it left that tag while the digest was being rolled out: that rollout was cancelled, so nothing
 * judged the digest, and to record it as found would leave a bad one running (law 14). undefined where there is none.
 */
export async function returnedPush(
  { history }: Pick<Deps, 'history'>,
  live: Workload,
  { record, digests }: Pick<WorkloadState, 'record' | 'digests'>,
  containers: readonly ContainerCheck[],
): Promise<ReturnType<typeof rolloutAnew>> {
  const found = containers.filter(({ decision, works }) => decision.action === 'adopt' && works !== true);
  if (found.length === 0) return undefined;
  const past = (await history.rollouts({ workload: record.id })).items;
  const changes = found.map(({ facts: { name, reference }, digest }): RolloutChange => {
    const tag = reference.tag === undefined ? {} : { tag: reference.tag };
    const [known, image] = [digests[name], repositoryOf(reference)];
    const good = known?.image === image ? known.lastGood : lastGoodIn(past, name, image);
    return { container: name, image, from: good === undefined ? {} : { ...tag, digest: good }, to: { ...tag, digest } };
  });
  const begun = changes.filter((change) =>
    past.some((one) => one.changes.some((was) => was.image === change.image && was.to.digest === change.to.digest)),
  );
  return rolloutAnew(live, begun, past);
}

/** The last good digest of an image that the container had before another repository: what was rolled out last, else what was there before that. */
function lastGoodIn(past: readonly Rollout[], container: string, image: string): Digest | undefined {
  const changeIn = ({ changes }: Rollout) => changes.find((one) => one.container === container && one.image === image);
  const succeeded = past.find((one) => one.state === 'succeeded' && changeIn(one) !== undefined);
  if (succeeded) return changeIn(succeeded)?.to.digest;
  return past.map((one) => changeIn(one)?.from.digest).findLast((digest) => digest !== undefined);
}
