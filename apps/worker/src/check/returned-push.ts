import type { RolloutChange, WorkloadState } from '@keelson/history';
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
    const good = known?.image === image ? known.lastGood : undefined;
    return { container: name, image, from: good === undefined ? {} : { ...tag, digest: good }, to: { ...tag, digest } };
  });
  const begun = changes.filter((change) =>
    past.some((one) => one.changes.some((was) => was.image === change.image && was.to.digest === change.to.digest)),
  );
  return rolloutAnew(live, begun, past);
}
