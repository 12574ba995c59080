import { workloadKeyOf } from '@keelson/core';
import type { Rollout, RolloutState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import type { FunctionContext, rolloutVerify } from '@keelson/queue';
import { guardPins, imagePatch } from '@keelson/queue';
import type { Verdict } from '@keelson/rollout';
import { judge } from '@keelson/rollout';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { deadlineMsOf, soakMsOf } from '../limits.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { withLost } from '../state-annotation/with-lost.ts';
import { templateOf } from '../write-path/template-of.ts';
import { whyQuarantined } from '../write-path/why-quarantined.ts';
import type { Confirmation } from './confirm-path.ts';
import { confirmPath, mayBeReverted, nudgeReverted } from './confirm-path.ts';
import type { PodsRun } from './pods-run.ts';
import { podsRun } from './pods-run.ts';
import { appliedAgain, changed, maxTransitions, podsAppeared, progressOf } from './progress.ts';
import { createProve, digestUnknown, needsProof } from './prove.ts';
import { createRecord } from './record.ts';
import { isOwnLateWrite, replacedBy } from './replaced.ts';
import { hasPods, rolloutView } from './rollout-view.ts';
import { stuckPods } from './stuck-pods.ts';
import type { TagMeaning } from './tag-meaning.ts';
import { tagMeaning } from './tag-meaning.ts';

type Input = Pick<z.output<typeof rolloutVerify.input>, 'rollout'>;
type Pending = Extract<Confirmation, { readonly outcome: 'pending' }>;

/** The states of a rollout that is written and has not ended. */
const open: readonly RolloutState[] = ['verifying', 'unproven'];

/**
 * rollout-verify: judges a rollout by what the watches have, and records the verdict with its consequences in one step. While there is no
 * verdict yet it records nothing: the next change of a pod, or the sweep, runs it again. Sends no request to the API server but one log read for
 * a failure.
 */
export function createVerify(deps: Deps, secrets: PullSecrets) {
  const { history, producer, view, writes, now } = deps;
  const prove = createProve(deps, secrets);
  const record = createRecord(deps, secrets);

  return async ({ rollout: id }: Input, { signal }: FunctionContext): Promise<void> => {
    const read = await history.rollout(id);
    if (!read || !open.includes(read.state)) return;
    const key = workloadKeyOf(read.workload);
    const workload = key && view.workload(key);
    const meaning = await meaningFor(read, workload);
    const cancelled = whyCancelled(read, workload, meaning);
    const mayWriteAgain = cancelled?.code === replacedCode && read.transitions.length < maxTransitions;
    if (mayWriteAgain && workload && isOwnLateWrite(read, workload, meaning)) {
      await writeAgain(read, workload);
      return;
    }
    // An image that a pass of Flux reverted is not replaced, and what its pods say is not of this rollout.
    const mayConfirm = workload && read.written?.uid === workload.uid && read.transitions.length < maxTransitions;
    if (mayConfirm && mayBeReverted(read, workload)) {
      const { outcome } = await confirmPath(deps, workload, read, false, signal);
      // The watch is behind what was just read, where all is as it was written.
      if (outcome !== 'ok' || cancelled?.code === replacedCode) return;
    }
    if (cancelled || !workload) {
      const { code, message } = cancelled ?? gone;
      await history.transition(id, { from: open, to: 'cancelled', code, message });
      // What it wrote may be there again, or be put there again.
      await producer.add(guardPins, { workload: read.workload });
      return;
    }
    const judged = read.state === 'unproven' ? await judgeAgain(read, workload, signal) : read;
    if (!judged) return;
    const rollout = await noteChange(judged, workload);
    if (!rollout) return;
    for (const pod of stuckPods(view, workload, rollout)) await writes.deletePod(pod, signal);
    const verdict = verdictOn(workload, rollout);
    const succeeded = verdict.type === 'succeeded';
    const isLast = succeeded || verdict.type === 'unproven';
    const path = await confirmPath(deps, workload, rollout, isLast, signal);
    if (path.outcome === 'again') return;
    if (path.outcome === 'pending' && isLast) {
      await notePending(rollout, path);
      return;
    }
    if (needsProof(verdict, rollout) && !(await prove(workload, rollout, verdict, signal))) return;
    await record(workload, rollout, verdict, signal);
  };

  /** Notes what keeps a rollout whose pods work from being a success, once. */
  async function notePending({ id, transitions }: Rollout, { code, message }: Pending): Promise<void> {
    if (code === undefined || transitions.length >= maxTransitions || transitions.at(-1)?.code === code) return;
    const said = message === undefined ? {} : { message };
    await history.transition(id, { from: ['verifying'], to: 'verifying', code, ...said });
  }

  /** The history is read only where somebody changed the workload since. */
  async function meaningFor(rollout: Rollout, workload: Workload | undefined): Promise<TagMeaning> {
    const isOlder = workload !== undefined && workload.generation > rollout.generation;
    return tagMeaning(rollout, isOlder ? (await history.workload(rollout.workload))?.check : undefined);
  }

  /** Verifies an unproven rollout from now on, if pods of it are there; undefined if none are, or if another worker was faster (law 14). */
  async function judgeAgain(rollout: Rollout, workload: Workload, signal: AbortSignal): Promise<Rollout | undefined> {
    const seen = { ...rollout, generation: Math.max(rollout.generation, workload.generation) };
    const { type } = verdictOn(workload, seen);
    if (type === 'unproven' || !hasPods(view, workload, seen)) return undefined;
    const isUnknown = rollout.transitions.at(-1)?.code === digestUnknown && type !== 'failed';
    if (isUnknown && !isKnown(await podsRun(deps, secrets, workload, seen, signal))) return undefined;
    return startAgain(rollout);
  }

  function startAgain({ id }: Rollout): Promise<Rollout | undefined> {
    const message = 'There are pods that run it: they are judged now.';
    return history.transition(id, { from: ['unproven'], to: 'verifying', code: podsAppeared, message });
  }

  async function writeAgain(rollout: Rollout, workload: Workload): Promise<void> {
    const { id } = rollout;
    const known = await history.workload(rollout.workload);
    const failed = known && whyQuarantined(rollout, await withLost(history, workload, known));
    if (failed !== undefined) {
      await history.transition(id, { from: open, to: 'cancelled', code: 'quarantined', message: failed });
      return;
    }
    if (rollout.state === 'unproven' && !(await startAgain(rollout))) return;
    const message = 'The rollout that this one superseded was written after it. It is written again.';
    const moved = await history.transition(id, { from: ['verifying'], to: 'pending', code: 'written-late', message });
    if (moved) await producer.add(imagePatch, { workload: rollout.workload, rollout: id });
  }

  function verdictOn(workload: Workload, rollout: Rollout): Verdict {
    const { writtenAt, blocked, wentOnAt, beganAt = 0 } = progressOf(rollout);
    // A soak that began before says nothing about the pods of now.
    const soak = rollout.soak && rollout.soak.since > beganAt ? rollout.soak : undefined;
    const seen = rolloutView(view, workload, rollout);
    const judgeSince = (blockedAt: number | undefined) =>
      judge({
        view: seen,
        changed: rollout.changes.map(({ container }) => container),
        generation: rollout.generation,
        writtenAt: Math.max(writtenAt, beganAt),
        now: now(),
        deadlineMs: deadlineMsOf(workload),
        soakMs: soakMsOf(workload, rollout, deps.soakMs),
        ...(soak && { soak }),
        ...(blockedAt !== undefined && { blockedAt }),
        ...(rollout.unhealthyBefore !== undefined && { unhealthyBefore: rollout.unhealthyBefore }),
      });
    const late = judgeSince(wentOnAt);
    // Time in which it is blocked does not count for the deadline, unless the deadline itself found that there is nothing to judge.
    return blocked === undefined || late.code === blocked ? late : judgeSince(now());
  }

  /**
   * Notes that the pod template was changed around our digests, so that what runs now is judged from its beginning. A manifest that was applied
   * again changes nothing but how the digest is written, so the image is still blamed.
   */
  async function noteChange(rollout: Rollout, workload: Workload): Promise<Rollout | undefined> {
    const { written, id, transitions } = rollout;
    const { generation, templateHash } = workload;
    if (
      !written ||
      transitions.length >= maxTransitions ||
      generation < rollout.generation ||
      templateHash === written.template
    )
      return rollout;
    const now = templateOf(workload, rollout);
    const isSame = now.foreign === written.foreign;
    return history.transition(id, {
      from: ['verifying'],
      to: 'verifying',
      code: isSame ? appliedAgain : changed,
      message: isSame
        ? 'The manifest was applied again, or the workload restarted. The digest is the same, so the rollout goes on in the new pods.'
        : 'The pod template was changed while it was verified.',
      generation,
      written: { ...written, ...now },
    });
  }
}

function isKnown({ type }: PodsRun): boolean {
  return type === 'written' || type === 'another';
}

const replacedCode = 'replaced';
const gone = { code: 'workload-gone', message: 'The workload is gone.' };

function whyCancelled(rollout: Rollout, workload: Workload | undefined, meaning: TagMeaning) {
  if (!workload) return gone;
  if (rollout.written && rollout.written.uid !== workload.uid) {
    return { code: 'recreated', message: 'The workload was deleted and created anew before it was verified.' };
  }
  const reverted = workload.generation > rollout.generation && nudgeReverted(rollout, workload, meaning);
  if (reverted) return { code: 'reverted', message: reverted };
  const replaced = replacedBy(rollout, workload, meaning);
  return replaced === undefined ? undefined : { code: replacedCode, message: replaced };
}
