import type { Rollout } from '@keelson/history';
import { repositoryOf } from '@keelson/image';
import type { ImageChange, Workload } from '@keelson/kube';
import { ConflictError, KubeError } from '@keelson/kube';
import { readIntent, trackedContainers } from '@keelson/policy';
import type { FunctionContext, imagePatch } from '@keelson/queue';
import { rolloutVerify } from '@keelson/queue';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { isFollowed } from '../is-followed.ts';
import { keyOf } from '../workload-id.ts';

type Input = z.output<typeof imagePatch.input>;

/** How often one run decides anew after a conflict before it leaves the rest to the queue's retry. */
const CONFLICTS = 5;

/** An API server may say a lot; history keeps less than that, and one that was cut must be known again. */
const REASON_CHARS = 500;

/**
 * image-patch: write one rollout's digests, by the path that owns the field, guarded by what was read (law 3). The write is the same
 * each time, so a second run finds it done (law 4); `rolledOut` moves only after it (law 5).
 */
export function createPatch(deps: Deps) {
  const { history, producer, view, reader } = deps;

  return async ({ rollout: id }: Input, { signal, attempt }: FunctionContext): Promise<void> => {
    for (let conflicts = 0; ; conflicts += 1) {
      const rollout = await history.rollout(id);
      if (rollout?.state === 'verifying') await producer.add(rolloutVerify, { rollout: id });
      if (rollout?.state !== 'pending') return;
      const key = keyOf(rollout.workload);
      // The watch may be behind the write that we ran into: after a conflict, and on a retry, read past it.
      const past = conflicts > 0 || attempt > 1;
      const workload = key && (past ? await reader.readWorkload(key, signal) : view.workload(key));
      const plan = wanted(workload, rollout);
      if ('unwanted' in plan) {
        await history.transition(id, {
          from: ['pending'],
          to: 'cancelled',
          code: 'no-longer-wanted',
          message: plan.unwanted,
        });
        return;
      }
      try {
        const { generation } = await deps.writePathFor(plan.workload).write(plan.workload, plan.changes, signal);
        const step = { from: ['pending'], to: 'verifying', code: 'written', generation } as const;
        if (await history.transition(id, step)) await producer.add(rolloutVerify, { rollout: id });
        return;
      } catch (error) {
        if (error instanceof ConflictError && conflicts < CONFLICTS) continue;
        if (error instanceof KubeError) await tell(rollout, error);
        throw error;
      }
    }
  };

  /** A refused write is tried again until it holds; why it waits is part of the history, once for each new reason. */
  async function tell(rollout: Rollout, { code, message: said }: KubeError): Promise<void> {
    const message = said.length > REASON_CHARS ? `${said.slice(0, REASON_CHARS)}…` : said;
    const last = rollout.transitions.at(-1);
    if (last?.code === `write-${code}` && last.message === message) return;
    await history.transition(rollout.id, { from: ['pending'], to: 'pending', code: `write-${code}`, message });
  }
}

type Plan =
  | { readonly workload: Workload; readonly changes: readonly ImageChange[] }
  /** A sentence: git moved the image, the workload is no longer followed, or it is gone. */
  | { readonly unwanted: string };

function wanted(workload: Workload | undefined, rollout: Rollout): Plan {
  if (!workload) return { unwanted: 'The workload is gone.' };
  const intent = readIntent(workload);
  if (!isFollowed(intent)) return { unwanted: 'The workload is no longer followed.' };
  const { tracked } = trackedContainers(intent, workload.containers);
  const changes: ImageChange[] = [];
  for (const { container: name, image, to } of rollout.changes) {
    const found = workload.containers.find((container) => container.name === name);
    if (!found) return { unwanted: `Container ${name} is no longer there.` };
    const followed = tracked.find((container) => container.name === name);
    if (!followed) return { unwanted: `Container ${name}, which names ${found.image}, is no longer followed.` };
    const { reference } = followed;
    if (repositoryOf(reference) !== image || reference.tag !== to.tag) {
      return { unwanted: `Container ${name} now names ${found.image}.` };
    }
    changes.push({ container: name, expected: found.image, digest: to.digest });
  }
  return { workload, changes };
}
