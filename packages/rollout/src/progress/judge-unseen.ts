import { podSignals } from '../signals/of-pod.ts';
import { dueFault } from '../signals/pick.ts';
import type { Verdict, VerdictInput } from '../types.ts';
import { failed, seconds, waiting } from '../verdicts.ts';
import { isOver, termOf } from './deadline.ts';

/**
 * The verdict before the controller has seen the change: its count is of before. Until then the newest revision it knows may be the old one,
 * so a pod counts only when it was created after the write (law 6). When the controller never looks, that is not the image's fault.
 */
export function judgeUnseen(input: VerdictInput): Verdict {
  const term = termOf(input);
  const young = input.view.pods.filter(({ createdAt }) => createdAt !== undefined && createdAt >= input.writtenAt);
  const fault = dueFault(podSignals(young), term);
  if (fault) return failed(fault);
  if (isOver(term)) {
    return {
      type: 'failed',
      code: 'deadline-exceeded',
      message: `The controller has not looked at the change after ${seconds(term.deadlineMs)}: is the kube-controller-manager at work?`,
      blamed: false,
    };
  }
  return waiting('not-observed', 'The controller has not looked at the change yet.');
}
