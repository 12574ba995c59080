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

  for await (const rollout of rolloutsOf(history, record.id)) {
    for (const end of provenEnds(rollout)) {
      const versions = endOf(rollout, end, record.containers).filter(
        ({ container, image }) => container.tag === image.tag,
      );
      if (versions.some(differs) && !versions.some((version) => isQuarantined(state, version))) return versions;
    }
  }
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

/** What it came from ran before it; what it led to is good only if it says so. */
function provenEnds({ state }: Rollout): readonly ('to' | 'from')[] {
  return state === 'succeeded' ? ['to', 'from'] : ['from'];
}
