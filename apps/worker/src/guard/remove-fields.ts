import { workloadKeyOf } from '@keelson/core';
import { ConflictError } from '@keelson/kube';
import type { FunctionContext, removeFields } from '@keelson/queue';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';

type Input = z.output<typeof removeFields.input>;

const maxConflicts = 5;

/** remove-fields: removes everything that Keelson wrote into a workload that is no longer followed. A second run finds nothing left. */
export function createRemoveFields({ reader, writes, log }: Pick<Deps, 'reader' | 'writes' | 'log'>) {
  return async ({ workload: id }: Input, { signal }: FunctionContext): Promise<void> => {
    const key = workloadKeyOf(id);
    for (let conflicts = 0; key; conflicts += 1) {
      const workload = await reader.readWorkload(key, signal);
      if (!workload) return;
      try {
        await writes.removeAll(workload, signal);
        log.info({ workload: id }, 'Keelson removed everything it wrote into the workload');
        return;
      } catch (error) {
        if (!(error instanceof ConflictError) || conflicts >= maxConflicts) throw error;
      }
    }
  };
}
