import type { Consequences, Rollout } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { readIntent } from '@keelson/policy';
import { imagePatch } from '@keelson/queue';
import type { Verdict } from '@keelson/rollout';
import { notObserved } from '@keelson/rollout';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { consequencesOf } from './consequences.ts';
import { podsRun } from './pods-run.ts';
import { goingOn, maxTransitions, progressOf, soaking } from './progress.ts';
import { withLog } from './with-log.ts';

type Failed = Extract<Verdict, { readonly type: 'failed' }>;

const paused = 'paused';

/** Records what a verdict changes about a rollout. A verdict that changes nothing is not recorded again. */
export function createRecord(deps: Deps, secrets: PullSecrets) {
  const { history, producer, now, log } = deps;

  return async (workload: Workload, rollout: Rollout, verdict: Verdict, signal: AbortSignal): Promise<void> => {
    const { id } = rollout;
    const { blocked } = progressOf(rollout);
    const stay = { from: ['verifying'], to: 'verifying', message: verdict.message } as const;
    const mayNote = rollout.transitions.length < maxTransitions;
    switch (verdict.type) {
      case 'waiting':
        // What blocks it may be there all the time: that is seen once the controller has seen the change.
        if (verdict.code === notObserved && blocked !== paused) return;
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
  };

  /** Records a failed rollout and its consequences in one step: a worker that dies here leaves all of it or nothing. */
  async function fail(workload: Workload, rollout: Rollout, verdict: Failed, signal: AbortSignal): Promise<void> {
    const intent = readIntent(workload);
    const evidence =
      verdict.evidence && (await withLog(deps, { workload, rollout, logs: intent.logs }, verdict.evidence, signal));
    // Pods of one revision may run several digests: what failed is what the failed pod runs.
    const failed = verdict.evidence?.pod;
    const runs = verdict.blamed ? await podsRun(deps, secrets, workload, rollout, signal, failed) : undefined;
    const others = runs?.type === 'another' ? runs.others : [];
    const ran = new Map(others.map(({ change, digest }) => [change.container, digest] as const));
    const state = (await history.workload(rollout.workload)) ?? { digests: {}, quarantine: [] };
    const pushed = rollout.rollbackOf === undefined ? rollout : await history.rollout(rollout.rollbackOf);
    // What was restored from an annotation may name a rollout of another workload.
    const isChanged = pushed?.workload === rollout.workload && progressOf(pushed).isChanged;
    const consequences = consequencesOf({ rollout, verdict, isChanged, ran, state, intent, now: now() });
    const moved = await history.transition(rollout.id, {
      from: ['verifying'],
      to: 'failed',
      code: verdict.code,
      message: messageOf(rollout, verdict, isChanged, consequences),
      consequences,
      ...(evidence && { evidence }),
    });
    if (!moved) return;
    log.warn({ workload: rollout.workload, rollout: rollout.id, code: verdict.code }, verdict.message);
    const { active } = (await history.workload(rollout.workload)) ?? {};
    if (active !== undefined) await producer.add(imagePatch, { workload: rollout.workload, rollout: active });
  }
}

/** Where the pod template was changed meanwhile, that may be the cause as well as the image. */
function messageOf({ kind }: Rollout, verdict: Failed, isChanged: boolean, { rollback }: Consequences): string {
  if (kind === 'rollback' || !verdict.blamed || !isChanged) return verdict.message;
  const follows = rollback ? 'the last good image shows which of them is the cause' : 'the image is not blamed';
  return `${verdict.message} The pod template was changed meanwhile, so ${follows}.`;
}
