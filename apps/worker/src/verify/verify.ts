import { workloadKeyOf } from '@keelson/core';
import type { Rollout, RolloutState } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { readIntent } from '@keelson/policy';
import type { FunctionContext } from '@keelson/queue';
import { imagePatch, registryPoll, rolloutVerify } from '@keelson/queue';
import type { Verdict } from '@keelson/rollout';
import { judge } from '@keelson/rollout';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { deadlineMsOf, soakMsOf } from '../limits.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { directionOf } from '../write-path/direction.ts';
import { takeNextPath } from '../write-path/next-path.ts';
import { rejectedPaths } from '../write-path/rejected-paths.ts';
import { templateOf } from '../write-path/template-of.ts';
import { failedPath, holdFor, isCheckedSince, whatRuns } from './another-digest.ts';
import type { Confirmation } from './confirm-path.ts';
import { confirmPath, mayBeReverted } from './confirm-path.ts';
import { consequencesOf } from './consequences.ts';
import type { OtherDigest, PodsRun } from './pods-run.ts';
import { podsRun, runNewerPush } from './pods-run.ts';
import { appliedAgain, changed, goingOn, podsAppeared, progressOf, soaking } from './progress.ts';
import { isOwnLateWrite, replacedBy } from './replaced.ts';
import { hasPods, podsOfTheChange, rolloutView } from './rollout-view.ts';
import { stuckPods } from './stuck-pods.ts';
import type { TagMeaning } from './tag-meaning.ts';
import { tagMeaning } from './tag-meaning.ts';
import { withLog } from './with-log.ts';

type Input = z.output<typeof rolloutVerify.input>;
type Pending = Extract<Confirmation, { readonly outcome: 'pending' }>;
type Failed = Extract<Verdict, { readonly type: 'failed' }>;

/** The verdict's code when the deadline passed before any pod was created. */
const noPods = 'no-pods';
const paused = 'paused';
/** By then a check that was queued has usually ended. */
const afterCheckMs = 1_000;
/** What the pods run could not be read from the registry. */
const digestUnknown = 'digest-unknown';

/** The states of a rollout that is written and has not ended. */
const open: readonly RolloutState[] = ['verifying', 'unproven'];

/** A rollout that is blocked or changed over and over is not noted without end. */
const maxTransitions = 40;

/**
 * rollout-verify: judges a rollout by what the watches have, and records the verdict with its consequences in one step. While there is no
 * verdict yet it records nothing: the next change of a pod, or the sweep, runs it again. Sends no request to the API server but one log read for
 * a failure.
 */
export function createVerify(deps: Deps, secrets: PullSecrets) {
  const { history, producer, view, writes, now, log } = deps;

  return async ({ rollout: id }: Input, { signal }: FunctionContext): Promise<void> => {
    const read = await history.rollout(id);
    if (!read || !open.includes(read.state)) return;
    const key = workloadKeyOf(read.workload);
    const workload = key && view.workload(key);
    const meaning = await meaningFor(read, workload);
    const cancelled = whyCancelled(read, workload, meaning);
    const mayWriteAgain = cancelled?.code === replacedCode && read.transitions.length < maxTransitions;
    if (mayWriteAgain && workload && isOwnLateWrite(read, workload, meaning)) {
      await writeAgain(read);
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

  /**
   * Whether the pods are known to run what was written, as far as this verdict depends on it (law 14). Where they run something else, the rollout goes
   * another way: a newer push gets a rollout of its own, else the digest is written by the next write path.
   */
  async function prove(workload: Workload, rollout: Rollout, verdict: Verdict, signal: AbortSignal): Promise<boolean> {
    const isFailure = verdict.type === 'failed';
    const runs = await podsRun(deps, secrets, workload, rollout, signal);
    if (runs.type === 'another') {
      return !(await takeOtherWay(workload, rollout, { others: runs.others, isFailure }, signal));
    }
    // A failure is blamed on what was written, where nothing else is known to run.
    if (isFailure || runs.type === 'written') return true;
    // The watch of pods has not caught up with the controller's status. The pods of a Job may be gone for good.
    if (runs.type === 'none' && workload.kind !== 'CronJob') return false;
    const message =
      runs.type === 'none'
        ? 'Its Job ran, but its pods are gone, so which digest they ran is not known.'
        : `The registry does not say whether what the pods run is what was written: they report ${digestsOf(runs.others)}.`;
    await history.transition(rollout.id, { from: ['verifying'], to: 'unproven', code: digestUnknown, message });
    return false;
  }

  /** Where pods run another digest than was written. False where a failure has to be blamed on what they run. */
  async function takeOtherWay(
    workload: Workload,
    rollout: Rollout,
    { others, isFailure }: { readonly others: readonly OtherDigest[]; readonly isFailure: boolean },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { id, workload: workloadId } = rollout;
    const check = (await history.workload(workloadId))?.check;
    if (!isCheckedSince(check, podsOfTheChange(view, workload, rollout), rollout, now())) {
      await producer.add(registryPoll, { workload: workloadId, trigger: 'poll', notBefore: now() });
      await producer.add(rolloutVerify, { rollout: id }, { delayMs: afterCheckMs });
      return true;
    }
    // A newer push that the check did not roll out: it is in quarantine, or the workload is on hold.
    if (isFailure && (await runNewerPush(deps, secrets, { workload, rollout, others, check }, signal))) return false;
    const path = failedPath(rollout, workload);
    if (path === undefined) return !isFailure;
    const message = whatRuns(others, workload);
    const { fluxHoldSeconds } = readIntent(workload);
    const rejected = [...new Set([...rejectedPaths(rollout), path])];
    const next = await writes.pathFor(workload, directionOf(rollout, check ? { check } : {}), {
      rejected,
      holdMs: fluxHoldSeconds === undefined ? undefined : fluxHoldSeconds * 1_000,
      signal,
    });
    if (!rejected.includes(next.name)) {
      await takeNextPath(deps, rollout, path, message);
      return true;
    }
    const hold = holdFor(others, workload, now());
    const step = { from: ['verifying'], to: 'failed', code: hold.code, message } as const;
    await history.transition(id, { ...step, consequences: { hold } });
    return true;
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

  async function writeAgain(rollout: Rollout): Promise<void> {
    const { id } = rollout;
    if (rollout.state === 'unproven' && !(await startAgain(rollout))) return;
    const message = 'The rollout that this one superseded was written after it. It is written again.';
    const moved = await history.transition(id, { from: ['verifying'], to: 'pending', code: 'written-late', message });
    if (moved) await producer.add(imagePatch, { rollout: id });
  }

  function verdictOn(workload: Workload, rollout: Rollout): Verdict {
    const { writtenAt, blocked, wentOnAt, isChanged, beganAt = 0 } = progressOf(rollout);
    // Time in which it is blocked does not count for the deadline, unless it is blocked because no pod was created before the deadline.
    const blockedAt = blocked === undefined || blocked === noPods ? wentOnAt : now();
    // A soak that began before says nothing about the pods of now.
    const soak = rollout.soak && rollout.soak.since > beganAt ? rollout.soak : undefined;
    const verdict = judge({
      view: rolloutView(view, workload, rollout),
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
    if (verdict.type !== 'failed' || !verdict.blamed || !isChanged) return verdict;
    const message = `${verdict.message} The pod template was changed meanwhile, so the image is not blamed.`;
    return { ...verdict, blamed: false, message };
  }

  async function record(workload: Workload, rollout: Rollout, verdict: Verdict, signal: AbortSignal): Promise<void> {
    const { id } = rollout;
    const { blocked } = progressOf(rollout);
    const stay = { from: ['verifying'], to: 'verifying', message: verdict.message } as const;
    const mayNote = rollout.transitions.length < maxTransitions;
    switch (verdict.type) {
      case 'waiting':
        // A paused workload is not late: the deadline starts again when it goes on.
        if (verdict.code === paused) {
          if (blocked !== paused && mayNote) await history.transition(id, { ...stay, code: paused });
        } else if (blocked !== undefined && mayNote) await history.transition(id, { ...stay, code: goingOn });
        return;
      case 'blocked':
        if (blocked !== verdict.code && mayNote) await history.transition(id, { ...stay, code: verdict.code });
        return;
      case 'soaking':
        if (rollout.soak?.since !== verdict.soak.since) {
          await history.transition(id, { ...stay, code: soaking, soak: verdict.soak });
        }
        return;
      case 'unproven':
        await history.transition(id, { ...stay, to: 'unproven', code: verdict.code });
        return;
      case 'succeeded':
        await history.transition(id, { ...stay, to: 'succeeded', code: verdict.code });
        return;
      case 'failed':
        await fail(workload, rollout, verdict, signal);
    }
  }

  /** Records a failed rollout and its consequences in one step: a worker that dies here leaves all of it or nothing. */
  async function fail(workload: Workload, rollout: Rollout, verdict: Failed, signal: AbortSignal): Promise<void> {
    const evidence = verdict.evidence && (await withLog(deps, workload, rollout, verdict.evidence, signal));
    const runs = verdict.blamed ? await podsRun(deps, secrets, workload, rollout, signal) : undefined;
    const others = runs?.type === 'another' ? runs.others : [];
    const ran = new Map(others.map(({ change, digest }) => [change.container, digest] as const));
    const state = (await history.workload(rollout.workload)) ?? { digests: {}, quarantine: [] };
    const consequences = consequencesOf({ rollout, verdict, ran, state, intent: readIntent(workload), now: now() });
    const moved = await history.transition(rollout.id, {
      from: ['verifying'],
      to: 'failed',
      code: verdict.code,
      message: verdict.message,
      consequences,
      ...(evidence && { evidence }),
    });
    if (!moved) return;
    log.warn({ workload: rollout.workload, rollout: rollout.id, code: verdict.code }, verdict.message);
    const { active } = (await history.workload(rollout.workload)) ?? {};
    if (active !== undefined) await producer.add(imagePatch, { rollout: active });
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
        ? 'The manifest was applied again. Its tag means the same digest, so the rollout goes on in its pods.'
        : 'The pod template was changed while it was verified.',
      generation,
      written: { ...written, ...now },
    });
  }
}

/** Whether a verdict depends on which digest the pods run: it begins the soak, ends the rollout well, or blames the image. */
function needsProof(verdict: Verdict, { soak }: Rollout): boolean {
  if (verdict.type === 'soaking') return soak?.since !== verdict.soak.since;
  return verdict.type === 'succeeded' || (verdict.type === 'failed' && verdict.blamed);
}

function isKnown({ type }: PodsRun): boolean {
  return type === 'written' || type === 'another';
}

function digestsOf(others: readonly OtherDigest[]): string {
  return [...new Set(others.map(({ digest }) => shortDigest(digest)))].join(', ');
}

const replacedCode = 'replaced';
const gone = { code: 'workload-gone', message: 'The workload is gone.' };

function whyCancelled(rollout: Rollout, workload: Workload | undefined, meaning: TagMeaning) {
  if (!workload) return gone;
  if (rollout.written && rollout.written.uid !== workload.uid) {
    return { code: 'recreated', message: 'The workload was deleted and created anew before it was verified.' };
  }
  const replaced = replacedBy(rollout, workload, meaning);
  return replaced === undefined ? undefined : { code: replacedCode, message: replaced };
}
