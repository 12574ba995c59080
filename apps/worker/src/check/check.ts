import { workloadKeyOf } from '@keelson/core';
import { readIntent } from '@keelson/policy';
import type { FunctionContext, registryPoll } from '@keelson/queue';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { act } from './act.ts';
import type { ContainerCheck } from './check-container.ts';
import { checkRecord } from './check-record.ts';
import { checkWorkload } from './check-workload.ts';
import { freshness } from './freshness.ts';
import { unhealthyBefore } from './unhealthy-before.ts';

type Input = z.output<typeof registryPoll.input>;

/**
 * registry-poll: compare what the registry says now with what was last rolled out and with what runs (laws 1 and 5), start a rollout
 * where one is due, and write down why or why not (law 11). Runs twice or beside itself without harm: `begin` lets one win.
 */
export function createCheck(deps: Deps, secrets: PullSecrets) {
  return async ({ workload: id, trigger, notBefore }: Input, { signal }: FunctionContext): Promise<void> => {
    const key = workloadKeyOf(id);
    const workload = key && deps.view.workload(key);
    const state = await deps.history.workload(id);
    // Gone, or not seen yet by this worker's watch: the keeper of the schedules puts that right, and the next tick asks again.
    if (!workload || !state) return;

    const intent = readIntent(workload);
    const since = notBefore ?? freshness(intent.schedule, deps.now());
    const found = await checkWorkload(deps, secrets, { workload, intent, state, notBefore: since, signal });
    const outcome = await act(deps, workload, state, trigger, found.looks);
    const unhealthy = unhealthyBefore(deps.view, workload, state, found.looks.filter(isNews));
    const schedule = intent.trigger === 'poll' ? intent.schedule : undefined;
    const check = checkRecord(found, outcome, schedule, deps.now());
    await deps.history.putCheck(id, { ...check, ...(unhealthy !== undefined && { unhealthy }) });
  };
}

/** Whether the tag means something else than what the workload has had. */
function isNews({ digest, facts: { pinned, rolledOut } }: ContainerCheck): boolean {
  const had = pinned ?? rolledOut;
  return had !== undefined && had !== digest;
}
