import type { Evidence, Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Pod, Workload } from '@keelson/kube';
import { markOf } from '@keelson/kube';
import { readIntent } from '@keelson/policy';
import type { FunctionContext, rolloutVerify } from '@keelson/queue';
import type { PodEvidence } from '@keelson/rollout';
import { judge } from '@keelson/rollout';
import type { z } from 'zod';
import type { Deps } from '../deps.ts';
import { keyOf } from '../workload-id.ts';

type Input = z.output<typeof rolloutVerify.input>;

const DEFAULT_DEADLINE_SECONDS = 600;
const LOG_LINES = 20;

/**
 * rollout-verify: read the verdict from what the watches hold, and write it down. Says nothing while it is open: the next change of a
 * pod, or the sweep, asks again. Costs no request to the API server but one log read for a failure.
 */
export function createVerify({ history, view, reader, now, log }: Deps) {
  return async ({ rollout: id }: Input, { signal }: FunctionContext): Promise<void> => {
    const rollout = await history.rollout(id);
    if (rollout?.state !== 'verifying') return;
    const key = keyOf(rollout.workload);
    const workload = key && view.workload(key);
    if (!workload) {
      await history.transition(id, {
        from: ['verifying'],
        to: 'cancelled',
        code: 'workload-gone',
        message: 'The workload is gone.',
      });
      return;
    }
    const replaced = whatReplaced(rollout, workload);
    if (replaced !== undefined) {
      await history.transition(id, { from: ['verifying'], to: 'cancelled', code: 'replaced', message: replaced });
      return;
    }
    const pods = podsOfTheChange(workload);
    const verdict = judge({
      view: { kind: workload.kind, paused: workload.paused, desired: workload.replicas, status: workload.status, pods },
      generation: rollout.generation,
      writtenAt: writtenAt(rollout),
      now: now(),
      deadlineMs:
        1_000 * (readIntent(workload).deadlineSeconds ?? workload.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS),
    });
    if (verdict.type === 'waiting') return;
    const evidence = verdict.type === 'failed' && verdict.evidence && (await withLog(verdict.evidence, pods, signal));
    await history.transition(id, {
      from: ['verifying'],
      to: verdict.type,
      code: verdict.code,
      message: verdict.sentence,
      ...(evidence && { evidence }),
    });
  };

  /** Law 6. The watches of Deployments and ReplicaSets may be at different moments: pods count only once both name the same revision. */
  function podsOfTheChange(workload: Workload): readonly Pod[] {
    if (workload.kind === 'Deployment') {
      const named = workload.annotations['deployment.kubernetes.io/revision'];
      if (String(view.newestReplicaSet(workload)?.revision) !== named) return [];
    }
    return view.podsOfNewestRevision(workload);
  }

  async function withLog(evidence: PodEvidence, pods: readonly Pod[], signal: AbortSignal): Promise<Evidence> {
    const pod = pods.find(({ name }) => name === evidence.pod);
    try {
      const text = pod ? await reader.readLog(pod, evidence.container, LOG_LINES, signal) : '';
      return text === '' ? evidence : { ...evidence, log: text };
    } catch (error) {
      log.warn({ err: error, pod: evidence.pod }, 'the log of a failed container could not be read');
      return evidence;
    }
  }
}

/** A sentence when somebody wrote another image since: its pods would tell of that one, and not of ours (law 6). */
function whatReplaced({ generation, changes }: Rollout, workload: Workload): string | undefined {
  if (workload.generation <= generation) return undefined;
  const other = changes.find(({ container, to }) => markOf(workload, container) !== to.digest);
  if (!other) return undefined;
  const image = workload.containers.find(({ name }) => name === other.container)?.image;
  return image === undefined
    ? `Container ${other.container} was taken out before its new image was verified.`
    : `Somebody wrote ${image} to container ${other.container} before ${shortDigest(other.to.digest)} was verified.`;
}

function writtenAt({ transitions, createdAt }: Rollout): number {
  return transitions.find(({ state }) => state === 'verifying')?.at ?? createdAt;
}
