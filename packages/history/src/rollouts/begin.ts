import { clipText } from '../codec/clip.ts';
import { isDigest } from '../codec/json.ts';
import { decodeRollout, encodeRollout } from '../codec/rollout-codec.ts';
import type { Context } from '../context.ts';
import { eventsKept } from '../context.ts';
import { HistoryError } from '../errors.ts';
import { ask, loadScript, run } from '../redis/script.ts';
import type { BeginResult, NewRollout, Rollout } from '../types.ts';
import { namespaceOf } from '../workloads/namespace-of.ts';
import { atBegin, isWritten } from './digests.ts';
import { startOf } from './id.ts';
import { readIfReadable } from './read.ts';
import { retryWhileMoved } from './retry.ts';
import { isUnderWay } from './states.ts';
import { step } from './step.ts';
import { digestTriples, readClaim } from './workload-claim.ts';

const script = loadScript('id', 'event', 'guard', 'begin');

/** Reads the workload, decides, and writes if nothing moved in between; else once more from the start. */
export function begin(context: Context, input: NewRollout): Promise<BeginResult> {
  const rollout = checked(input);
  return retryWhileMoved(`Beginning a rollout of ${rollout.workload}`, async () => {
    const { redis, keys, retention, now } = context;
    const claim = await readClaim(
      context,
      rollout.workload,
      rollout.changes.map(({ container }) => container),
    );
    const bytes = claim.active === undefined ? null : await ask(redis.hgetBuffer(keys.rollouts, claim.active));
    const older = claim.active !== undefined && bytes !== null ? readable(context, claim.active, bytes) : undefined;
    if (older !== undefined && sameTargets(older, rollout)) return { outcome: 'exists', rollout: older };
    if (rollout.changes.every((change) => isWritten(change, claim.digestsOf(change.container)))) {
      const latest = claim.latest === undefined ? undefined : await readIfReadable(context, claim.latest);
      return { outcome: 'done', ...(latest && { rollout: latest }) };
    }

    const at = now();
    const fresh = newborn(rollout);
    const superseded = older && encodeRollout(step(older, { to: 'superseded', code: 'superseded', at }));
    const id = await run(
      redis,
      script,
      [
        keys.rollouts,
        keys.index,
        keys.active,
        keys.sequence,
        keys.workload(rollout.workload),
        keys.rolloutsOf(rollout.workload),
        keys.historiesIn(namespaceOf(rollout.workload)),
        keys.events,
      ],
      [
        at,
        retention.perWorkload,
        eventsKept,
        rollout.workload,
        claim.active ?? '',
        bytes ?? '',
        superseded ?? '',
        encodeRollout(fresh),
        rollout.reason,
        ...digestTriples(
          claim,
          rollout.changes.map((change) => [
            change.container,
            atBegin(change, claim.digestsOf(change.container), older !== undefined),
          ]),
        ),
      ],
    );
    if (!Buffer.isBuffer(id)) return undefined;
    const created = dated(id.toString(), fresh);
    return { outcome: 'created', rollout: created, ...(older && { superseded: older.id }) };
  });
}

function checked(rollout: NewRollout): NewRollout {
  const { changes } = rollout;
  const digests = changes.flatMap(({ from, to }) => [to.digest, ...(from.digest === undefined ? [] : [from.digest])]);
  if (changes.length === 0) throw new HistoryError('A rollout without a change cannot begin.', { code: 'invalid' });
  if (!digests.every(isDigest))
    throw new HistoryError('A rollout moves between sha256 digests only.', { code: 'invalid' });
  if (new Set(changes.map(({ container }) => container)).size < changes.length) {
    throw new HistoryError('A rollout changes each container once.', { code: 'invalid' });
  }
  return { ...rollout, reason: clipText(rollout.reason) };
}

/** One that does not parse must not hold its workload for ever: it loses its claim and is left as it is. */
function readable(context: Context, id: string, bytes: Buffer): Rollout | undefined {
  try {
    const rollout = decodeRollout(id, bytes);
    return isUnderWay(rollout.state) ? rollout : undefined;
  } catch (error) {
    context.onCorrupt(error);
    return undefined;
  }
}

function newborn({ workload, changes, trigger, code, reason }: NewRollout): Rollout {
  return {
    id: '',
    workload,
    changes,
    trigger,
    code,
    reason,
    state: 'pending',
    createdAt: 0,
    updatedAt: 0,
    transitions: [{ state: 'pending', at: 0, code }],
    generation: 0,
  };
}

/** The id carries the start, so it is known only once the id is. */
function dated(id: string, rollout: Rollout): Rollout {
  const at = startOf(id);
  return {
    ...rollout,
    id,
    createdAt: at,
    updatedAt: at,
    transitions: rollout.transitions.map((transition) => ({ ...transition, at })),
  };
}

function sameTargets(a: NewRollout, b: NewRollout): boolean {
  const targets = ({ changes }: NewRollout): string =>
    changes
      .map(({ container, image, to }) => `${container} ${image} ${to.digest}`)
      .sort()
      .join();
  return targets(a) === targets(b);
}
