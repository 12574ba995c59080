import { workloadKeyOf } from '@keelson/core';
import { ConflictError } from '@keelson/kube';
import { readIntent } from '@keelson/policy';
import type { FunctionContext, removeFields } from '@keelson/queue';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { carriesOurFields } from '../drift/carries-our-fields.ts';
import { endsFirst } from '../drift/ends-first.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { keptPins } from './kept-pins.ts';

type Input = z.output<typeof removeFields.input>;

const maxConflicts = 5;

/**
 * remove-fields: removes everything that Keelson wrote into a workload that is no longer followed, or for which a user switched Keelson off. A
 * second run finds nothing left. No pin is removed while a quarantined digest would start without it, unless that user said so: the
 * reconciler runs this again, and a hold on Flux ends meanwhile when its time has come.
 */
export function createRemoveFields(
  deps: Pick<Deps, 'reader' | 'writes' | 'history' | 'registry' | 'now' | 'log'>,
  secrets: PullSecrets,
) {
  const { reader, writes, history, now, log } = deps;
  return async ({ workload: id }: Input, { signal }: FunctionContext): Promise<void> => {
    const key = workloadKeyOf(id);
    for (let conflicts = 0; key; conflicts += 1) {
      const workload = await reader.readWorkload(key, signal);
      if (!workload || !carriesOurFields(workload)) return;
      const known = await history.workload(id);
      const off = known?.hold?.code === 'off' ? known.hold : undefined;
      // It is followed again since this was queued.
      if (!off && readIntent(workload).managed) return;
      const active = off && known?.active !== undefined ? await history.rollout(known.active) : undefined;
      // The guard queues this again when the rollback ends.
      if (active && known && endsFirst(active, known)) return;
      const kept = off?.startQuarantined === true ? [] : await keptPins(deps, secrets, workload, known, signal);
      if (kept.length > 0) {
        log.warn({ workload: id }, `Keelson removes no pin that it wrote into the workload. ${kept.join(' ')}`);
        // A worker that died left it, and nothing else ends it here.
        if ((writes.holdUntil(workload) ?? Number.POSITIVE_INFINITY) <= now()) await writes.endHold(workload, signal);
        return;
      }
      try {
        // First: where the worker dies in between, nothing says later who did it.
        await history.noteRemoved(id);
        await writes.removeAll(workload, signal);
        log.info({ workload: id }, 'Keelson removed everything it wrote into the workload');
        return;
      } catch (error) {
        if (!(error instanceof ConflictError) || conflicts >= maxConflicts) throw error;
      }
    }
  };
}
