import { decodeRollout, encodeRollout } from '../codec/rollout-codec.ts';
import type { Context } from '../context.ts';
import { eventsKept } from '../context.ts';
import { HistoryError } from '../errors.ts';
import { ask, loadScript, run } from '../redis/script.ts';
import type { DigestRecord, History, Rollout, RolloutChange, RolloutState } from '../types.ts';
import { whenProven, whenWritten } from './digests.ts';
import { isRolloutId } from './id.ts';
import { retryWhileMoved } from './retry.ts';
import { isUnderWay } from './states.ts';
import { step } from './step.ts';
import type { Claim } from './workload-claim.ts';
import { digestTriples, readClaim } from './workload-claim.ts';

const script = loadScript('event', 'guard', 'transition');

type Asked = Parameters<History['transition']>[1];

/** Moves a rollout on if it is in one of `from`; undefined when it is not, or is not there. */
export async function transition(context: Context, id: string, asked: Asked): Promise<Rollout | undefined> {
  if (!isRolloutId(id)) return undefined;
  const { redis, keys, now } = context;
  const { from, ...wanted } = asked;
  const result = await retryWhileMoved(`Moving rollout ${id} to ${asked.to}`, async () => {
    const bytes = await ask(redis.hgetBuffer(keys.rollouts, id));
    if (bytes === null) return { moved: undefined };
    const before = decodeRollout(id, bytes);
    if (!from.includes(before.state)) return { moved: undefined };
    if (!isUnderWay(before.state) && isUnderWay(asked.to)) {
      throw new HistoryError(`Rollout ${id} is at its end (${before.state}) and has no claim to be ${asked.to}.`, {
        code: 'invalid',
      });
    }

    const moved = step(before, { ...wanted, at: now() });
    const { workload, changes } = moved;
    const touched = movesDigests(moved.state) ? changes : [];
    const claim = await readClaim(
      context,
      workload,
      touched.map(({ container }) => container),
    );
    const done = await run(
      redis,
      script,
      [keys.rollouts, keys.active, keys.workload(workload), keys.events],
      [
        moved.updatedAt,
        eventsKept,
        workload,
        id,
        bytes,
        encodeRollout(moved),
        isUnderWay(moved.state) ? '' : '1',
        moved.state,
        moved.transitions.at(-1)?.message ?? '',
        ...digestTriples(
          claim,
          touched.map((change) => [change.container, digestsAfter(moved.state, change, claim)]),
        ),
      ],
    );
    return done === 1 ? { moved } : undefined;
  });
  return result.moved;
}

function movesDigests(state: RolloutState): boolean {
  return state === 'verifying' || state === 'succeeded';
}

function digestsAfter(state: RolloutState, change: RolloutChange, claim: Claim): DigestRecord {
  return state === 'succeeded' ? whenProven(change) : whenWritten(change, claim.digestsOf(change.container));
}
