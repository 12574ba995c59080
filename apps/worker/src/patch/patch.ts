import type { WritePathName } from '@keelson/core';
import { isWritePathName, revertedCode, workloadKeyOf, writePaths } from '@keelson/core';
import type { Rollout, WorkloadState } from '@keelson/history';
import type { Workload, WritePath } from '@keelson/kube';
import { ConflictError, KubeError } from '@keelson/kube';
import type { FunctionContext, imagePatch } from '@keelson/queue';
import { rolloutVerify } from '@keelson/queue';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { endsFirst } from '../drift/ends-first.ts';
import { revertWrite } from '../drift/revert-write.ts';
import { fluxHoldMsOf } from '../limits.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { stateAfter } from '../state-annotation/state-after.ts';
import { stateText } from '../state-annotation/state-text.ts';
import { withLost } from '../state-annotation/with-lost.ts';
import { directionOf } from '../write-path/direction.ts';
import { imagesBeside } from '../write-path/images-beside.ts';
import { revertedMeanwhile } from '../write-path/next-path.ts';
import { rejectedPaths } from '../write-path/rejected-paths.ts';
import { templateOf } from '../write-path/template-of.ts';
import { whyQuarantined } from '../write-path/why-quarantined.ts';
import type { TargetCheck } from './missing-targets.ts';
import { missingTargets } from './missing-targets.ts';
import { planOf } from './plan.ts';

type Input = Pick<z.output<typeof imagePatch.input>, 'rollout'>;

/** How often one run reads and decides again after a conflict before the queue retries it. */
const maxConflicts = 5;

/** History keeps this much of an API server's message. Messages are compared after the cut, so that each is recorded once. */
const messageChars = 500;

/** Errors that a retry does not fix. */
const permanent: ReadonlySet<string> = new Set(['forbidden', 'not-found', 'invalid']);

/** Why nothing is written: a user switched Keelson off, or the digest failed before, which Redis had lost. */
function refusals(rollout: Rollout, state: WorkloadState) {
  const failed = whyQuarantined(rollout, state);
  const isOff = state.hold?.code === 'off' && !endsFirst(rollout, state);
  return [
    ...(isOff && state.hold ? [{ code: 'on-hold', message: state.hold.message }] : []),
    ...(failed === undefined ? [] : [{ code: 'quarantined', message: failed }]),
  ];
}

const nothingMissing: TargetCheck = { missing: [], unknown: [] };

/**
 * image-patch: writes the digests of one rollout, by the write path that lasts for the owner of the field, guarded by what was read (law 3).
 * The write is the same each time, so a second run finds it done (law 4); `rolledOut` moves only after it (law 5). Before a rollback it checks
 * that the registry still has the targets.
 */
export function createPatch(deps: Deps, secrets: PullSecrets) {
  const { history, producer, view, reader, writes } = deps;

  return async ({ rollout: id }: Input, { signal, attempt }: FunctionContext): Promise<void> => {
    let targets: TargetCheck | undefined;
    let path: WritePath | undefined;
    for (let conflicts = 0; ; conflicts += 1) {
      const rollout = await history.rollout(id);
      // Whoever woke it thought that it was still to be written.
      const isWritten = rollout?.state === 'verifying' || rollout?.state === 'unproven';
      if (isWritten) await producer.add(rolloutVerify, { workload: rollout.workload, rollout: id });
      if (rollout?.state !== 'pending') return;
      const key = workloadKeyOf(rollout.workload);
      // The watch may be behind the write that conflicted: after a conflict, and on a retry, read from the API server.
      const readNow = conflicts > 0 || attempt > 1;
      const workload = key && (readNow ? await reader.readWorkload(key, signal) : view.workload(key));
      const plan = planOf(workload, rollout);
      if ('unwanted' in plan) {
        await history.transition(id, {
          from: ['pending'],
          to: 'cancelled',
          code: 'no-longer-wanted',
          message: plan.unwanted,
        });
        return;
      }
      targets ??=
        rollout.kind === 'rollback'
          ? await missingTargets(deps, secrets, plan.workload, rollout, signal)
          : nothingMissing;
      if (targets.missing.length > 0) {
        await giveUp(rollout, targets.missing.join(' '));
        return;
      }
      try {
        const read = await history.workload(rollout.workload);
        const known = read && (await withLost(history, plan.workload, read));
        const [refused] = known ? refusals(rollout, known) : [];
        if (refused) {
          await history.transition(id, { from: ['pending'], to: 'cancelled', ...refused });
          return;
        }
        path = await pathFor(plan.workload, rollout, known ?? {}, signal);
        const state = known && stateText(rollout.workload, stateAfter(known, rollout, plan.workload, path.name));
        const result = await path.write(plan.workload, plan.changes, {
          ...(state !== undefined && { state }),
          signal,
        });
        const moved = await history.transition(id, {
          from: ['pending'],
          to: 'verifying',
          code: 'written',
          generation: result.generation,
          beside: { ...imagesBeside(view.pods(plan.workload), rollout), ...rollout.beside },
          written: { uid: plan.workload.uid, path: path.name, ...templateOf(result, rollout) },
          ...(targets.unknown.length > 0 && { message: targets.unknown.join(' ') }),
        });
        await (moved
          ? producer.add(rolloutVerify, { workload: rollout.workload, rollout: id })
          : revertWrite(deps, id));
        return;
      } catch (error) {
        if (error instanceof ConflictError && conflicts < maxConflicts) continue;
        if (error instanceof KubeError && (await rejectPath(rollout, path, error))) continue;
        if (error instanceof KubeError) await recordRefusal(rollout, error);
        throw error;
      }
    }
  };

  /** The registry no longer has the target of a rollback: writing it would stop the pods that still run. */
  async function giveUp({ id }: Rollout, why: string): Promise<void> {
    await history.transition(id, {
      from: ['pending'],
      to: 'failed',
      code: 'last-good-gone',
      message: `${why} Nothing was rolled back.`,
      consequences: {
        hold: {
          code: 'last-good-gone',
          message: `${why} Nothing is rolled out until a user resumes the workload: push a good image, then resume it.`,
          at: deps.now(),
        },
      },
    });
  }

  function pathFor(
    workload: Workload,
    rollout: Rollout,
    known: Partial<WorkloadState>,
    signal: AbortSignal,
  ): Promise<WritePath> {
    return writes.pathFor(workload, directionOf(rollout, known), {
      rejected: rejectedPaths(rollout),
      ...writtenBefore(rollout),
      holdMs: fluxHoldMsOf(workload),
      fresh: true,
      signal,
    });
  }

  /** Where the owner's object is missing or may not be written, the next write path is tried, so that a bad image does not stay. */
  async function rejectPath(
    { id }: Rollout,
    path: WritePath | undefined,
    { code, message }: KubeError,
  ): Promise<boolean> {
    if (!path || writePaths[path.name].entryIn === undefined || !permanent.has(code)) return false;
    const step = { from: ['pending'], to: 'pending', code: revertedCode(path.name), message } as const;
    return (await history.transition(id, step)) !== undefined;
  }

  /** A refused write is retried until it succeeds. History records why it waits, once for each new message. */
  async function recordRefusal(rollout: Rollout, { code, message: full }: KubeError): Promise<void> {
    const message = full.length > messageChars ? `${full.slice(0, messageChars)}…` : full;
    const last = rollout.transitions.at(-1);
    if (last?.code === `write-${code}` && last.message === message) return;
    await history.transition(rollout.id, { from: ['pending'], to: 'pending', code: `write-${code}`, message });
  }
}

/**
 * The path of a write that was reverted meanwhile and has to be repeated: what the workload looks like now says nothing, since an image that Flux wrote
 * back looks like one that git pins.
 */
function writtenBefore({ transitions, written }: Rollout): { readonly written?: WritePathName } {
  if (transitions.at(-1)?.code !== revertedMeanwhile || !written || !isWritePathName(written.path)) return {};
  return { written: written.path };
}
