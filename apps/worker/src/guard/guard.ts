import { workloadIdOf, workloadKeyOf } from '@keelson/core';
import type { NewRollout, RolloutChange, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { pinOf, stateKey } from '@keelson/kube';
import { isFollowed, readIntent, trackedContainers } from '@keelson/policy';
import type { FunctionContext } from '@keelson/queue';
import { guardPins, removeFields } from '@keelson/queue';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { carriesOurFields } from '../drift/carries-our-fields.ts';
import type { PinDiff } from '../drift/diff-pins.ts';
import { diffPins } from '../drift/diff-pins.ts';
import { isFailedEntry, isOutdated } from '../drift/is-outdated.ts';
import { missedRollback } from '../drift/missed-rollback.ts';
import { restoreDigests } from '../drift/restore-digests.ts';
import { revertWrite } from '../drift/revert-write.ts';
import { rolloutAnew, unjudgedChanges } from '../drift/unjudged.ts';
import { stateText } from '../state-annotation/state-text.ts';
import { withLost } from '../state-annotation/with-lost.ts';
import { hasReleaseEntry, repairEntries } from './entries.ts';
import type { Fight } from './fight.ts';
import { fightMessage, isFight, meansQuarantined, pauseMs } from './fight.ts';
import { writeOrAgain } from './write-or-again.ts';

type Input = z.output<typeof guardPins.input>;

/**
 * guard-pins: restores what Keelson wrote into a workload where it was removed, again and again with growing pauses, and reclaims it where another
 * field manager took it over; rolls back from a quarantined digest that is still pinned; brings the state annotation in line with Redis; ends a Flux
 * hold when its time has come. Does nothing while a rollout is under way, since that writes all of it.
 */
export function createGuard(deps: Deps) {
  const { history, producer, view, writes, now, log } = deps;

  return async ({ workload: id }: Input, { signal }: FunctionContext): Promise<void> => {
    const key = workloadKeyOf(id);
    const workload = key && view.workload(key);
    const known = await history.workload(id);
    if (!workload || !known || known.active !== undefined) return;
    const state = await withLost(history, workload, known);
    const intent = readIntent(workload);
    if (!intent.managed || state.hold?.code === 'off') {
      if (carriesOurFields(workload)) await producer.add(removeFields, { workload: id });
      return;
    }
    if (!isFollowed(intent)) {
      await endFluxHold(id, workload, signal);
      return;
    }
    if (state.hold && (await isLeftWritten(workload, state))) {
      await revertWrite(deps, state.latest ?? '');
      return;
    }
    await endFluxHold(id, workload, signal);
    if (isOutdated(workload, state)) await writes.unpin(workload, signal);
    else if (hasReleaseEntry(state)) await repairEntries(deps, workload, signal);

    const { tracked } = trackedContainers(intent, workload.containers);
    const missed = missedRollback(workload, tracked, state);
    if (missed && (await restoreDigests(deps, id, missed.changes, { ...missed, knew: state })) !== undefined) return;

    if (await judgeAnew(id, workload, state, unjudgedChanges(workload, tracked, state))) return;

    const diff = diffPins(workload, tracked, state);
    // Whoever keeps removing a pin is left alone, unless a quarantined digest would run then.
    const onHold = state.hold?.code === 'reverted';
    // Without the entry that failed, the owner writes its own image again.
    const isLeft = ({ record }: PinDiff) => isFailedEntry(record.written?.path ?? '', state.hold);
    const missing = diff.filter(
      (pin) => pin.how === 'missing' && !isLeft(pin) && (!onHold || meansQuarantined(pin, state)),
    );
    const taken = diff.filter(({ how }) => how === 'taken-over' && !onHold);
    if (missing.length > 0 && (await restorePins(id, workload, state, missing))) return;
    if (taken.length > 0) await reclaimPins(id, workload, state, taken, signal);
    else await writeStateAnnotation(workload, state, signal);
  };

  /** The rollout that judges these, as far as nothing has judged them. */
  async function anewOf(id: string, workload: Workload, changes: readonly RolloutChange[]) {
    return rolloutAnew(workload, changes, (await history.rollouts({ workload: id })).items);
  }

  /** Begins a rollout of digests that nothing has judged, so that a bad one does not stay; false where none began. */
  async function judgeAnew(
    id: string,
    workload: Workload,
    knew: WorkloadState,
    unjudged: readonly RolloutChange[],
  ): Promise<boolean> {
    if (unjudged.length === 0) return false;
    const anew = await anewOf(id, workload, unjudged);
    return anew !== undefined && (await restoreDigests(deps, id, anew.changes, { ...anew, knew })) !== undefined;
  }

  /** Whether the workload carries what its newest rollout wrote, which counts as not written: the worker died before it reverted it. */
  async function isLeftWritten(workload: Workload, { latest, digests }: WorkloadState): Promise<boolean> {
    const newest = latest === undefined ? undefined : await history.rollout(latest);
    if (newest?.state !== 'cancelled' || newest.kind === 'rollback') return false;
    return newest.changes.every(
      ({ container, to }) => pinOf(workload, container) === to.digest && digests[container]?.rolledOut !== to.digest,
    );
  }

  async function writeStateAnnotation(workload: Workload, state: WorkloadState, signal: AbortSignal): Promise<void> {
    const text = stateText(workloadIdOf(workload), state);
    if (text !== workload.annotations[stateKey]) await writes.writeState(workload, text, signal);
  }

  /** Writes the same values under our own field manager as well, so that Flux leaves them alone. No pod is restarted. */
  async function reclaimPins(
    id: string,
    workload: Workload,
    state: WorkloadState,
    taken: readonly PinDiff[],
    signal: AbortSignal,
  ): Promise<void> {
    const changes = taken.map(({ container, image, digest }) => ({ container, expected: image, digest }));
    const text = stateText(workloadIdOf(workload), state);
    await writeOrAgain(deps, id, async () => {
      const path = await writes.pathFor(workload, 'forward', { signal });
      await path.write(workload, changes, { ...(text && { state: text }), signal });
    });
  }

  /** Restores pins once their pause is over; false while that lasts, or when no rollout began. */
  async function restorePins(
    id: string,
    workload: Workload,
    state: WorkloadState,
    missing: readonly PinDiff[],
  ): Promise<boolean> {
    const [first] = missing;
    if (!first) return false;
    const { manager } = first;
    const what = missing.map(({ container, digest }) => `${shortDigest(digest)} of container ${container}`).join(', ');
    const isOwn = missing.every(({ record }) => record.written?.removed === true);
    const isCounted = isOwn || state.reverted?.restoreAt !== undefined;
    const reverted = isCounted
      ? state.reverted
      : await history.noteReverted(id, manager, (times) => pauseMs(times, deps.restorePausesMs));
    // Also where another run has counted it, and has not put the workload on hold yet.
    if (!isOwn && reverted !== undefined && isFight(reverted) && state.hold === undefined) {
      await holdFight(id, { workload, state, missing, what, reverted });
      if (!missing.some((pin) => meansQuarantined(pin, state))) return false;
    }
    const left = (reverted?.restoreAt ?? 0) - now();
    if (left > 0) {
      await producer.add(guardPins, { workload: id }, { delayMs: left });
      return false;
    }
    const recreated = missing.every((pin) => pin.recreated);
    const removed = isOwn
      ? `Keelson removed ${what} when it was switched off for the workload, or no longer followed it.`
      : `${manager} removed ${what}.`;
    const why = recreated ? `The workload was created anew, without ${what}.` : removed;
    const { changes, kind } = await restoring(id, workload, missing);
    const about = { kind, message: `${why} Keelson restores it.`, knew: state };
    return (await restoreDigests(deps, id, changes, about)) !== undefined;
  }

  /** A digest that nothing has judged is judged now, as an update from the last good one: a bad one would be restored again and again. */
  async function restoring(
    id: string,
    workload: Workload,
    missing: readonly PinDiff[],
  ): Promise<Required<Pick<NewRollout, 'changes' | 'kind'>>> {
    const restored = missing.map((pin) => changeFrom(pin, pin.digest));
    if (missing.every(({ digest, record }) => record.lastGood === digest))
      return { changes: restored, kind: 'rollback' };
    const fromGood = missing.map((pin) => changeFrom(pin, pin.record.lastGood));
    const anew = (await anewOf(id, workload, fromGood))?.changes ?? [];
    const changes = restored.map((change) => anew.find(({ container }) => container === change.container) ?? change);
    return { changes, kind: anew.length > 0 ? 'update' : 'rollback' };
  }

  /** Says who keeps removing a pin. Where there is another hold it stays: it may be a user's. */
  async function holdFight(id: string, fight: Fight): Promise<void> {
    const message = fightMessage(fight, writes.pinPolicy.worksIn(fight.workload.namespace));
    await history.hold(id, { code: 'reverted', message, at: now() });
    log.warn({ workload: id, manager: fight.reverted.manager }, message);
  }

  async function endFluxHold(id: string, workload: Workload, signal: AbortSignal): Promise<void> {
    const until = writes.holdUntil(workload);
    if (until === undefined) return;
    const left = until - now();
    if (left > 0) {
      await producer.add(guardPins, { workload: id }, { delayMs: left });
      return;
    }
    log.warn({ workload: id }, 'the Flux hold of this object ends now');
    await writes.endHold(workload, signal);
  }
}

/** The change that restores a removed pin, from what the container counts as having. */
function changeFrom({ container, record, digest }: PinDiff, from: Digest | undefined): RolloutChange {
  const tag = record.tag === '' ? {} : { tag: record.tag };
  return { container, image: record.image, from: from ? { ...tag, digest: from } : {}, to: { ...tag, digest } };
}
