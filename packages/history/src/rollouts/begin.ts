import { bounds } from '@keelson/core';
import { readStopFor } from '../cluster/stop.ts';
import { decodeRollout, encodeRollout } from '../codec/rollout-codec.ts';
import type { Context } from '../context.ts';
import { clipEvent } from '../events/events-for.ts';
import { ask, loadScript, run } from '../redis/script.ts';
import { whenRestored } from '../restrictions/reverted.ts';
import { atBegin, isWritten } from './digests.ts';
import { checked, initialRollout, withId } from './initial-rollout.ts';
import { readIfReadable } from './read.ts';
import { endsHold, refusal } from './refusal.ts';
import { restrictedWith } from './restricted-with.ts';
import { retryWhileMoved } from './retry.ts';
import { hasEnded, isUnderWay } from './states.ts';
import { step } from './step.ts';
import { touchedKeys } from './touched-keys.ts';
import type { BeginResult, NewRollout, Rollout } from './types.ts';
import { digestFields, guarded, readClaim } from './workload-claim.ts';

const script = loadScript('id', 'event', 'guard', 'create', 'space', 'begin');

/** Begins a rollout, or says why not. Reads the workload, decides, and writes if nothing changed in between; else it starts again. */
export function begin(context: Context, input: NewRollout): Promise<BeginResult> {
  const rollout = checked(input);
  const { workload, changes, kind = 'update' } = rollout;
  return retryWhileMoved(`Beginning a rollout of ${workload}`, async () => {
    const { redis, keys, retention, now } = context;
    const [claim, stop] = await Promise.all([
      readClaim(
        context,
        workload,
        changes.map(({ container }) => container),
      ),
      kind === 'update' ? readStopFor(context, workload) : undefined,
    ]);
    const had = claim.active ?? claim.unproven;
    const bytes = had === undefined ? null : await ask(redis.hgetBuffer(keys.rollouts, had));
    const older = had !== undefined && bytes !== null ? readable(context, had, bytes) : undefined;
    if (older !== undefined && isUnderWay(older.state) && sameTargets(older, rollout))
      return { outcome: 'exists', rollout: older };
    const written = changes.every((change) => isWritten(change, claim.digestsOf(change.container)));
    if (written && rollout.again !== true) {
      const latest = claim.latest === undefined ? undefined : await readIfReadable(context, claim.latest);
      return { outcome: 'done', ...(latest && { rollout: latest }) };
    }
    const refused = refusal(rollout, claim, stop);
    if (refused) return refused;
    if (rollout.knew && rollout.knew.latest !== claim.latest) return { outcome: 'overtaken' };

    const at = now();
    // Once the older one is written, its pods do not show what worked beside it before.
    const beside = older?.beside === undefined ? {} : { beside: older.beside };
    const fresh = { ...initialRollout(withBaseline(rollout, older)), ...beside };
    const superseded = older && encodeRollout(step(older, { to: 'superseded', code: 'superseded', at }));
    const ends = rollout.hold === undefined && endsHold(rollout, claim.hold);
    const restricted = restrictedWith(claim, rollout.quarantine ?? [], ends ? 'none' : rollout.hold);
    const digests = digestFields(
      changes.map((change) => [
        change.container,
        atBegin(change, claim.digestsOf(change.container), older !== undefined, restricted.quarantine),
      ]),
    );
    const reset = [
      ['reverted', rollout.trigger === 'guard' ? whenRestored(claim) : ''] as const,
      // Nothing may have begun and ended since.
      ['latest', undefined] as const,
    ];
    const id = await run(
      redis,
      script,
      [...touchedKeys(keys, workload), keys.stop, keys.unproven, keys.stops],
      [
        at,
        retention.perWorkload,
        bounds.events,
        workload,
        had ?? '',
        bytes ?? '',
        superseded ?? '',
        encodeRollout(fresh),
        clipEvent(rollout.message),
        kind === 'update' ? '1' : '',
        ...guarded(claim, [...restricted.fields, ...digests, ...reset], restricted.events),
      ],
    );
    if (!Buffer.isBuffer(id)) return undefined;
    const created = withId(id.toString(), fresh);
    return { outcome: 'created', rollout: created, ...(older && { superseded: older.id }) };
  });
}

/** An active or unproven rollout that does not parse must not block its workload for ever: it loses its claim and stays as it is. */
function readable(context: Context, id: string, bytes: Buffer): Rollout | undefined {
  try {
    const rollout = decodeRollout(id, bytes);
    return hasEnded(rollout.state) ? undefined : rollout;
  } catch (error) {
    context.onCorrupt(error);
    return undefined;
  }
}

/** While a rollout is under way, the health of the workload says nothing about the time before it, so the older rollout's answer is kept. */
function withBaseline(rollout: NewRollout, older: Rollout | undefined): NewRollout {
  if (older === undefined || (older.state === 'pending' && older.kind === 'update')) return rollout;
  const { unhealthyBefore: _, ...rest } = rollout;
  return { ...rest, ...(older.unhealthyBefore !== undefined && { unhealthyBefore: older.unhealthyBefore }) };
}

function sameTargets(a: NewRollout, b: NewRollout): boolean {
  const targets = ({ changes }: NewRollout): string =>
    changes
      .map(({ container, image, to }) => `${container} ${image} ${to.digest}`)
      .sort()
      .join();
  return targets(a) === targets(b);
}
