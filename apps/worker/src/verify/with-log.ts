import { bounds, keptLog } from '@keelson/core';
import { timeoutSignal } from '@keelson/core/wait';
import type { Evidence, Rollout } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import type { Intent } from '@keelson/policy';
import type { PodEvidence } from '@keelson/rollout';
import type { Deps } from '../deps.ts';
import { podsOfTheChange } from './rollout-view.ts';

/** A log helps people; a rollback does not wait for it. */
const timeoutMs = 500;
/** Runtimes split longer lines, and the kubelet counts the parts as lines. */
const wholeLineBytes = 16 * 1024;

interface Failed extends Pick<Intent, 'logs'> {
  readonly workload: Workload;
  readonly rollout: Rollout;
}

/**
 * The evidence of the verdict, with the end of the container's log where that can be read in time, masked. Without logs, it has no message of a
 * container that ended either: that may be the end of its log.
 */
export async function withLog(
  { view, reader, log }: Pick<Deps, 'view' | 'reader' | 'log'>,
  { workload, rollout, logs }: Failed,
  evidence: PodEvidence,
  signal: AbortSignal,
): Promise<Evidence> {
  if (logs === 'off') return withoutOutput(evidence);
  const pod = podsOfTheChange(view, workload, rollout).find(({ name }) => name === evidence.pod);
  try {
    const soon = timeoutSignal(timeoutMs, signal);
    // One line more shows whether the first one is whole.
    const text = pod ? await reader.readLog(pod, evidence.container, bounds.logLines + 1, soon) : '';
    return text === '' ? evidence : { ...evidence, log: keptLog(text, isCut(text)) };
  } catch (error) {
    log.warn({ err: error, pod: evidence.pod }, 'could not read the log of a failed container');
    return evidence;
  }
}

function withoutOutput({ message, ...evidence }: PodEvidence): PodEvidence {
  return evidence.exitCode === undefined && message !== undefined ? { ...evidence, message } : evidence;
}

/** Whether the first line may be the end of one. */
function isCut(text: string): boolean {
  return text.length >= wholeLineBytes || text.trimEnd().split('\n').length > bounds.logLines;
}
