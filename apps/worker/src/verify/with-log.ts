import { timeoutSignal } from '@keelson/core/wait';
import type { Evidence, Rollout } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import type { PodEvidence } from '@keelson/rollout';
import type { Deps } from '../deps.ts';
import { podsOfTheChange } from './rollout-view.ts';

const lines = 20;
/** A log helps people; a rollback does not wait for it. */
const timeoutMs = 500;

/** The evidence of the verdict, with the end of the container's log where that can be read in time. */
export async function withLog(
  { view, reader, log }: Pick<Deps, 'view' | 'reader' | 'log'>,
  workload: Workload,
  rollout: Rollout,
  evidence: PodEvidence,
  signal: AbortSignal,
): Promise<Evidence> {
  const pod = podsOfTheChange(view, workload, rollout).find(({ name }) => name === evidence.pod);
  try {
    const soon = timeoutSignal(timeoutMs, signal);
    const text = pod ? await reader.readLog(pod, evidence.container, lines, soon) : '';
    return text === '' ? evidence : { ...evidence, log: text };
  } catch (error) {
    log.warn({ err: error, pod: evidence.pod }, 'could not read the log of a failed container');
    return evidence;
  }
}
