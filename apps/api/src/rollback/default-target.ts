import type { History, Rollout, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { ApiProblem } from '../problems/api-problem.ts';
import { isQuarantined } from './quarantined.ts';
import type { Version } from './version.ts';
import { endOf } from './version.ts';
import { rolloutsOf } from './walk.ts';

/**
 * Where somebody goes back to who names nothing: to the last good digests, where those are not what there is now; else to what the history
 * has before that. Never to what is in quarantine, nor to what was not seen to work, nor to what another tag meant.
 *
 * @param current What is rolled out now, by container.
 * @throws ApiProblem when there is nothing.
 */
export async function defaultTarget(
  history: Pick<History, 'rollouts'>,
  state: WorkloadState,
  current: ReadonlyMap<string, Digest>,
): Promise<readonly Version[]> {
  const { record } = state;
  const differs = ({ container, image }: Version) => current.get(container.name) !== image.digest;
  const good = lastGood(state).filter((version) => differs(version) && !isQuarantined(state, version));
  if (good.length > 0) return good;

  const fits = (versions: readonly Version[]) =>
    versions.some(differs) && !versions.some((version) => isQuarantined(state, version));
  let oldest: Rollout | undefined;
  for await (const rollout of rolloutsOf(history, record.id)) {
    const versions = sameTag(endOf(rollout, 'to', record.containers));
    if (rollout.state === 'succeeded' && fits(versions)) return versions;
    oldest = rollout;
  }
  // What ran before the first rollout has none of its own that could say that it worked.
  const baseline = oldest === undefined ? [] : sameTag(endOf(oldest, 'from', record.containers));
  if (fits(baseline)) return baseline;
  throw new ApiProblem(
    'nothing-to-roll-back-to',
    `Nothing else of ${record.id} is known to have worked: GET …/history lists what it went through, and "to" takes any digest of it.`,
  );
}

function lastGood({ record, digests }: WorkloadState): readonly Version[] {
  return record.containers.flatMap((container) => {
    const known = digests[container.name];
    const same = known?.image === container.repository && known.tag === (container.tag ?? '');
    return same && known.lastGood ? [{ container, image: { digest: known.lastGood } }] : [];
  });
}

function sameTag(versions: readonly Version[]): readonly Version[] {
  return versions.filter(({ container, image }) => container.tag === image.tag);
}
