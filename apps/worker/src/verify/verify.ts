import { workloadKeyOf } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { readIntent } from '@keelson/policy';
import type { FunctionContext, rolloutVerify } from '@keelson/queue';
import { imagePatch } from '@keelson/queue';
import type { Verdict } from '@keelson/rollout';
import { judge } from '@keelson/rollout';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { deadlineMsOf, soakMsOf } from '../limits.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { confirmPath } from './confirm-path.ts';
import { consequencesOf } from './consequences.ts';
import { CHANGED, GOING_ON, progressOf, SOAKING } from './progress.ts';
import { mayComeBack, whatReplaced } from './replaced.ts';
import { rolloutView } from './rollout-view.ts';
import { stuckPods } from './stuck-pods.ts';
import { unexpectedDigests } from './unexpected-digests.ts';
import { withLog } from './with-log.ts';

type Input = z.output<typeof rolloutVerify.input>;
type Failed = Extract<Verdict, { readonly type: 'failed' }>;

/** The verdict's code when the deadline passed and no pod was ever made. */
const NO_PODS = 'no-pods';
const PAUSED = 'paused';

/** What is held and goes on, or is changed by somebody, over and over, is not told without end. */
const NOTES = 40;

/**
 * rollout-verify: read the verdict from what the watches hold, write it down, and what follows from it in the same step. Says nothing
 * while it is open: the next change of a pod, or the sweep, asks again. Costs no request to the API server but one log read for a failure.
 */
export function createVerify(deps: Deps, secrets: PullSecrets) {
  const { history, producer, view, writes, now, log } = deps;

  return async ({ rollout: id }: Input, { signal }: FunctionContext): Promise<void> => {
    const read = await history.rollout(id);
    if (read?.state !== 'verifying') return;
    const key = workloadKeyOf(read.workload);
    const workload = key && view.workload(key);
    const ended = whatEnded(read, workload);
    if (ended?.code === REPLACED && mayComeBack(read, now())) return;
    if (ended || !workload) {
      const { code, message } = ended ?? GONE;
      await history.transition(id, { from: ['verifying'], to: 'cancelled', code, message });
      return;
    }
    const rollout = await noteChange(read, workload);
    if (!rollout) return;
    for (const pod of stuckPods(view, workload, rollout)) await writes.deletePod(pod, signal);
    const verdict = verdictOn(workload, rollout);
    const succeeded = verdict.type === 'succeeded';
    const path = await confirmPath(deps, workload, rollout, succeeded, signal);
    if (path === 'reverted' || (path === 'pending' && succeeded)) return;
    await act(workload, rollout, verdict, signal);
  };

  function verdictOn(workload: Workload, rollout: Rollout): Verdict {
    const { writtenAt, held, wentOnAt, changedAt } = progressOf(rollout);
    // What holds it stands outside the deadline; but where nothing was made in time, the deadline itself is what it is held for.
    const heldAt = held === undefined || held === NO_PODS ? wentOnAt : now();
    // What was complete before somebody changed the template says nothing of what is there now.
    const soak = rollout.soak && rollout.soak.since > (changedAt ?? 0) ? rollout.soak : undefined;
    const verdict = judge({
      view: rolloutView(view, workload, rollout),
      generation: rollout.generation,
      writtenAt: Math.max(writtenAt, changedAt ?? 0),
      now: now(),
      deadlineMs: deadlineMsOf(workload),
      soakMs: soakMsOf(workload, rollout, deps.soakMs),
      ...(soak && { soak }),
      ...(heldAt !== undefined && { heldAt }),
      ...(rollout.unhealthyBefore !== undefined && { unhealthyBefore: rollout.unhealthyBefore }),
    });
    if (verdict.type !== 'failed' || !verdict.blamed || changedAt === undefined) return verdict;
    const message = `${verdict.message} Somebody changed the pod template meanwhile, so the image is not blamed.`;
    return { ...verdict, blamed: false, message };
  }

  async function act(workload: Workload, rollout: Rollout, verdict: Verdict, signal: AbortSignal): Promise<void> {
    const { id } = rollout;
    const { held } = progressOf(rollout);
    const stay = { from: ['verifying'], to: 'verifying', message: verdict.message } as const;
    const mayNote = rollout.transitions.length < NOTES;
    switch (verdict.type) {
      case 'waiting':
        // What is paused is not late: the deadline counts anew once it goes on, as after a hold.
        if (verdict.code === PAUSED) {
          if (held !== PAUSED && mayNote) await history.transition(id, { ...stay, code: PAUSED });
        } else if (held !== undefined && mayNote) await history.transition(id, { ...stay, code: GOING_ON });
        return;
      case 'blocked':
        if (held !== verdict.code && mayNote) await history.transition(id, { ...stay, code: verdict.code });
        return;
      case 'soaking':
        if (rollout.soak?.since !== verdict.soak.since) {
          await history.transition(id, { ...stay, code: SOAKING, soak: verdict.soak });
        }
        return;
      case 'succeeded':
        await history.transition(id, {
          from: ['verifying'],
          to: 'succeeded',
          code: verdict.code,
          message: verdict.message,
          // What pods ran in its place was not this one.
          proven: verdict.proven && (await unexpectedDigests(deps, secrets, workload, rollout, signal)).size === 0,
        });
        return;
      case 'failed':
        await fail(workload, rollout, verdict, signal);
    }
  }

  /** The end of a failed rollout and what follows from it, in one step: a worker that dies here leaves all of it or nothing. */
  async function fail(workload: Workload, rollout: Rollout, verdict: Failed, signal: AbortSignal): Promise<void> {
    const evidence = verdict.evidence && (await withLog(deps, workload, rollout, verdict.evidence, signal));
    const ran = await unexpectedDigests(deps, secrets, workload, rollout, signal);
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

  /** Somebody else changed the pod template while our digests are in it: what runs now is judged, and the image is not blamed for it. */
  async function noteChange(rollout: Rollout, { generation, templateHash }: Workload): Promise<Rollout | undefined> {
    const { written, id, transitions } = rollout;
    if (!written || transitions.length >= NOTES || generation < rollout.generation || templateHash === written.template)
      return rollout;
    return history.transition(id, {
      from: ['verifying'],
      to: 'verifying',
      code: CHANGED,
      message: 'Somebody changed the pod template while it was verified.',
      generation,
      written: { ...written, template: templateHash },
    });
  }
}

const REPLACED = 'replaced';
const GONE = { code: 'workload-gone', message: 'The workload is gone.' };

function whatEnded(rollout: Rollout, workload: Workload | undefined) {
  if (!workload) return GONE;
  if (rollout.written && rollout.written.uid !== workload.uid) {
    return { code: 'recreated', message: 'The workload was deleted and made anew before it was verified.' };
  }
  const replaced = whatReplaced(rollout, workload);
  return replaced === undefined ? undefined : { code: REPLACED, message: replaced };
}
