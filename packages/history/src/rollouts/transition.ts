import { bounds } from '@keelson/core';
import { countsAs, waveRule } from '../cluster/wave.ts';
import { decodeRollout, encodeRollout } from '../codec/rollout-codec.ts';
import type { Context } from '../context.ts';
import { removedKeptSeconds } from '../context.ts';
import { clipEvent } from '../events/events-for.ts';
import { ask, loadScript, run } from '../redis/script.ts';
import type { Hold } from '../restrictions/types.ts';
import type { History } from '../types.ts';
import type { DigestRecord } from '../workloads/types.ts';
import { checkStep } from './check-step.ts';
import { atBegin, whenProven, whenWritten } from './digests.ts';
import { following, nothing } from './follow.ts';
import { isRolloutId } from './id.ts';
import { initialRollout } from './initial-rollout.ts';
import { restrictedWith } from './restricted-with.ts';
import { retryWhileMoved } from './retry.ts';
import { hasEnded } from './states.ts';
import { step } from './step.ts';
import { touchedKeys } from './touched-keys.ts';
import type { Rollout, RolloutChange } from './types.ts';
import type { Claim } from './workload-claim.ts';
import { digestFields, guarded, readClaim } from './workload-claim.ts';

/** Fields that a step depends on: it is guarded by them. */
const untouched = (['active', 'unproven', 'gone'] as const).map((field) => [field, undefined] as const);

const script = loadScript('id', 'event', 'guard', 'create', 'space', 'wave', 'transition');

type Wanted = Parameters<History['transition']>[1];

/** Moves a rollout to its next state if it is in one of `from`; returns undefined when it is not, or does not exist. `hold` is put on the workload in the same step. */
export async function transition(
  context: Context,
  id: string,
  wanted: Wanted,
  hold?: Hold,
): Promise<Rollout | undefined> {
  if (!isRolloutId(id)) return undefined;
  const { redis, keys, retention, now } = context;
  const { from, consequences, ...next } = wanted;
  const result = await retryWhileMoved(`Moving rollout ${id} to ${wanted.to}`, async () => {
    const bytes = await ask(redis.hgetBuffer(keys.rollouts, id));
    if (bytes === null) return { moved: undefined };
    const before = decodeRollout(id, bytes);
    if (!from.includes(before.state)) return { moved: undefined };
    checkStep(before, wanted);

    const moved = step(before, { ...next, at: now() });
    const { workload, changes } = moved;
    const touched = movesDigests(before, moved) ? changes : [];
    const claim = await readClaim(
      context,
      workload,
      [...touched, ...(consequences?.rollback?.changes ?? [])].map(({ container }) => container),
    );
    if (returns(before, moved) && (claim.active !== undefined || claim.unproven !== id)) return { moved: undefined };
    const follows = consequences ? following(moved, consequences, claim, moved.updatedAt) : nothing;
    const restricted = restrictedWith(claim, follows.quarantine, hold ?? follows.hold, follows.released);
    const claimed = [...untouched, ...restricted.fields];
    const { rollback } = follows;
    const reset = rollback ? [['reverted', ''] as const] : [];
    // Failures count as one after the other only as long as no push succeeds in between.
    const succeeds = moved.kind === 'update' && moved.state === 'succeeded';
    const counted = succeeds ? [['failuresAfter', id] as const] : [];
    const digests = [
      ...touched.map((change) => [change.container, after(moved, change, claim)] as const),
      ...(rollback?.changes ?? []).map((change) => {
        const known = claim.digestsOf(change.container);
        return [change.container, atBegin(change, known, false, restricted.quarantine)] as const;
      }),
    ];
    const done = await run(
      redis,
      script,
      [
        ...touchedKeys(keys, workload),
        keys.failed,
        keys.succeeded,
        keys.stop,
        keys.unproven,
        keys.stops,
        keys.workloads,
      ],
      [
        moved.updatedAt,
        retention.perWorkload,
        bounds.events,
        workload,
        id,
        bytes,
        encodeRollout(moved),
        claimOf(before, moved),
        moved.state,
        clipEvent(moved.transitions.at(-1)?.message ?? ''),
        rollback ? encodeRollout(initialRollout(rollback)) : '',
        clipEvent(rollback?.message ?? ''),
        removedKeptSeconds,
        countsAs(moved, { blamed: follows.quarantine.length > 0 }),
        ...waveRule(follows.quarantine[0]?.image ?? ''),
        ...guarded(
          claim,
          [
            ...(consequences || hold || returns(before, moved) ? claimed : []),
            ...digestFields(digests),
            ...reset,
            ...counted,
          ],
          restricted.events,
        ),
      ],
    );
    return done === 1 ? { moved } : undefined;
  });
  return result.moved;
}

/** Whether an unproven rollout is verified again. */
function returns(before: Rollout, { state }: Rollout): boolean {
  return before.state === 'unproven' && state === 'verifying';
}

/** What becomes of the claim of a rollout on its workload, as `transition.lua` reads it. */
function claimOf(before: Rollout, moved: Rollout): 'ends' | 'rests' | 'returns' | '' {
  if (hasEnded(moved.state)) return 'ends';
  if (moved.state === 'unproven') return 'rests';
  return returns(before, moved) ? 'returns' : '';
}

/** A step within `verifying` reports progress, and does not change the digests; what is unproven was written before. */
function movesDigests(before: Rollout, { state }: Rollout): boolean {
  return state === 'succeeded' || (state === 'verifying' && before.state === 'pending');
}

function after(moved: Rollout, change: RolloutChange, claim: Claim): DigestRecord {
  const record = moved.state === 'succeeded' ? whenProven : whenWritten;
  return record(change, claim.digestsOf(change.container), claim.quarantine, moved.written);
}
