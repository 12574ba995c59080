import { workloadKeyOf } from '@keelson/core';
import type { CheckRecord, WorkloadState } from '@keelson/history';
import { isHistoryError } from '@keelson/history';
import { readIntent, trackedContainers } from '@keelson/policy';
import type { FunctionContext } from '@keelson/queue';
import { guardPins, proveWayBack, registryPoll } from '@keelson/queue';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { hasDrifted } from '../drift/needs-guard.ts';
import { createPace } from '../registry-access/paced-schedule.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { withLost } from '../state-annotation/with-lost.ts';
import { act } from './act.ts';
import { checkAgainAt } from './check-again.ts';
import { checkRecord } from './check-record.ts';
import { checkWorkload } from './check-workload.ts';
import { freshness } from './freshness.ts';
import { unhealthyBefore } from './unhealthy-before.ts';

type Input = z.output<typeof registryPoll.input>;

/**
 * registry-poll: compares what the registry says now with what was last rolled out and with what runs (laws 1 and 5), begins a rollout
 * where one is due, and records why or why not (law 11). Two runs at the same time do no harm: only one `begin` wins.
 */
export function createCheck(deps: Deps, secrets: PullSecrets) {
  const pace = createPace(deps.view, deps.now);

  return async (input: Input, { signal }: FunctionContext): Promise<void> => {
    // What was decided on an older state is decided anew.
    while (!(await isRecorded(input, signal)));
  };

  /** What history refuses fails this workload only, and is its check: the next one is the retry. */
  async function isRecorded(input: Input, signal: AbortSignal): Promise<boolean> {
    try {
      return await isChecked(input, signal);
    } catch (error) {
      if (!isHistoryError(error) || error.code !== 'invalid') throw error;
      const { code, message } = error;
      await deps.history.putCheck(input.workload, {
        at: deps.now(),
        code: 'not-recorded',
        message,
        error: { code, message },
        observed: [],
      });
      return true;
    }
  }

  /** Checks the workload; false where a rollout began meanwhile that the decisions did not know. */
  async function isChecked({ workload: id, trigger, notBefore }: Input, signal: AbortSignal): Promise<boolean> {
    const at = deps.now();
    const key = workloadKeyOf(id);
    const workload = key && deps.view.workload(key);
    const known = await deps.history.workload(id);
    // Gone, or not seen yet by this worker's watch: the reconciler corrects the schedules, and the next tick checks again.
    if (!workload || !known) return true;
    const state = await withLost(deps.history, workload, known);

    const intent = readIntent(workload);
    const polled = pace(intent.schedule, workload.namespace);
    const since = notBefore ?? freshness(polled, deps.now());
    const result = await checkWorkload(deps, secrets, { workload, intent, state, notBefore: since, signal });
    const outcome = await act(deps, workload, state, trigger, result);
    if (outcome.overtaken) return false;
    const unhealthy = unhealthyBefore(deps.view, workload, state, result.containers);
    const schedule = intent.trigger === 'poll' ? polled : undefined;
    const latest = outcome.active?.id ?? state.latest;
    const check = checkRecord(result, outcome, { schedule, latest, now: at });
    const again = checkAgainAt(result.failures, check.nextAt, Math.random());
    await deps.history.putCheck(id, {
      ...check,
      ...(unhealthy !== undefined && { unhealthy }),
      ...(again !== undefined && { nextAt: again }),
    });
    if (again !== undefined) {
      const input = { workload: id, trigger, ...(notBefore !== undefined && { notBefore }) };
      await deps.producer.add(registryPoll, input, { delayMs: Math.max(1, again - deps.now()) });
    }
    // What the tag means now may make a pin necessary that was not: the manifest was applied again while it meant what was rolled out.
    const { tracked } = trackedContainers(intent, workload.containers);
    const drifted = hasDrifted(workload, tracked, { ...state, check });
    if (drifted && outcome.active === undefined) await deps.producer.add(guardPins, { workload: id });
    if (trigger === 'manual' || hasLeft(state, check)) {
      await deps.producer.add(proveWayBack, { workload: id, notBefore: since });
    }
    return true;
  }
}

/** Whether a tag that meant the last good digest means another one now: from now on only the digest itself shows that the registry has it. */
function hasLeft({ digests, check: before }: WorkloadState, after: CheckRecord): boolean {
  return Object.entries(digests).some(([container, { lastGood }]) => {
    const [had, has] = [before, after].map((check) => check?.observed.find((seen) => seen.container === container));
    return lastGood !== undefined && had?.digest === lastGood && has !== undefined && has.digest !== lastGood;
  });
}
