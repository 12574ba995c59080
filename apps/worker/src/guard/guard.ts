import { workloadKeyOf } from '@keelson/core';
import type { WorkloadState } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { ConflictError, stateKey } from '@keelson/kube';
import { isFollowed, readIntent, trackedContainers } from '@keelson/policy';
import type { FunctionContext, guardPins } from '@keelson/queue';
import { guardPins as guardPinsFunction, imagePatch } from '@keelson/queue';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { PinDiff } from '../drift/diff-pins.ts';
import { diffPins } from '../drift/diff-pins.ts';
import { stateText } from '../state-annotation/state-text.ts';
import { isOutdated } from './is-outdated.ts';

type Input = z.output<typeof guardPins.input>;

/** Put back once; whoever takes it away again means it (law 9). */
const TIMES = 2;

/** By then the watch has caught up with an object that moved on. */
const AGAIN_MS = 250;

/**
 * guard-pins: what Keelson wrote into a workload is still there and still Keelson's, or is put right; the annotation that mirrors what Redis
 * knows says what Redis knows; a hold on Flux ends when its time has come. Never while a rollout is under way, which writes all of it.
 */
export function createGuard(deps: Deps) {
  const { history, producer, view, writes, now, log } = deps;

  return async ({ workload: id }: Input, { signal }: FunctionContext): Promise<void> => {
    const key = workloadKeyOf(id);
    const workload = key && view.workload(key);
    const state = await history.workload(id);
    if (!workload || !state || state.active !== undefined || state.hold?.code === 'off') return;
    const intent = readIntent(workload);
    if (!isFollowed(intent)) return;
    await endFluxHold(id, workload, signal);
    if (isOutdated(workload, state)) await writes.unpin(workload, signal);

    const missing = diffPins(workload, trackedContainers(intent, workload.containers).tracked, state);
    // Whoever took it away twice means it: that was said, and only the workload itself has still to carry it.
    const reverted = state.hold?.code === 'reverted';
    const gone = missing.filter(({ how }) => how === 'gone' && !reverted);
    const taken = missing.filter(({ how }) => how === 'taken-over' && !reverted);
    if (gone.length > 0) await restorePins(id, gone);
    else if (taken.length > 0) await reclaimPins(id, workload, state, taken, signal);
    else await mirror(workload, state, signal);
  };

  async function mirror(workload: Workload, state: WorkloadState, signal: AbortSignal): Promise<void> {
    const text = stateText(state);
    if (text !== workload.annotations[stateKey]) await writes.writeState(workload, text, signal);
  }

  /** The value stays as it is, so no pod is touched: it is only recorded under our name as well, where Flux leaves it alone. */
  async function reclaimPins(
    id: string,
    workload: Workload,
    state: WorkloadState,
    taken: readonly PinDiff[],
    signal: AbortSignal,
  ): Promise<void> {
    const changes = taken.map(({ container, image, digest }) => ({ container, expected: image, digest }));
    const text = stateText(state);
    try {
      await writes.pathFor(workload, 'forward').write(workload, changes, { ...(text && { state: text }), signal });
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // A new status is enough for that, and nothing of a status asks for the guard.
      await producer.add(guardPinsFunction, { workload: id }, { delayMs: AGAIN_MS });
    }
  }

  /** A rollout like any other, so that it is written by the right path, verified and remembered. */
  async function restorePins(id: string, gone: readonly PinDiff[]): Promise<void> {
    const [first] = gone;
    if (!first) return;
    const { manager } = first;
    const what = gone.map(({ container, digest }) => `${shortDigest(digest)} of container ${container}`).join(', ');
    const reverted = gone.some(({ recreated }) => !recreated);
    if (reverted && (await history.noteReverted(id, manager)) >= TIMES) {
      const message = `${manager} took ${what} away twice after Keelson had written it, so Keelson leaves the workload alone. Have ${manager} leave the pod template's annotations and image to Keelson, or take the policy off; then resume the workload.`;
      await history.hold(id, { code: 'reverted', message, at: now() });
      log.warn({ workload: id, manager }, message);
      return;
    }
    const why = reverted ? `${manager} took ${what} away.` : `The workload was made anew, without ${what}.`;
    const begun = await history.begin({
      workload: id,
      kind: 'rollback',
      again: true,
      trigger: 'guard',
      code: 'pin-restored',
      message: `${why} It is put back.`,
      changes: gone.map(({ container, record, digest }) => {
        const version = { ...(record.tag !== '' && { tag: record.tag }), digest };
        return { container, image: record.image, from: version, to: version };
      }),
    });
    if (begun.outcome === 'created') await producer.add(imagePatch, { rollout: begun.rollout.id });
  }

  async function endFluxHold(id: string, workload: Workload, signal: AbortSignal): Promise<void> {
    const until = writes.holdUntil(workload);
    if (until === undefined) return;
    const left = until - now();
    if (left > 0) {
      await producer.add(guardPinsFunction, { workload: id }, { delayMs: left });
      return;
    }
    log.warn({ workload: id }, 'Flux was told to leave this object alone for a while; that ends now');
    await writes.endHold(workload, signal);
  }
}
