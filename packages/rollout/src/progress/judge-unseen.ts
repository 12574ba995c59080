import { podSignals } from '../signals/of-pod.ts';
import { dueFault } from '../signals/pick.ts';
import type { Verdict, VerdictInput } from '../types.ts';
import { failed, seconds, waiting } from '../verdicts.ts';
import { isOver, termOf } from './deadline.ts';

/** The code of a verdict that says nothing, until the controller or the watches have seen a change. */
export const notObserved = 'not-observed';

/**
 * The verdict before the controller has observed the change: its status is about the state before. The newest revision it knows may be the old
 * one, so a pod counts only when it was created after the write (law 6). A controller that never observes the change is not the image's fault.
 */
export function judgeUnseen(input: VerdictInput): Verdict {
  const term = termOf(input);
  const young = input.view.pods.filter(({ createdAt }) => createdAt !== undefined && createdAt >= input.writtenAt);
  const fault = dueFault(podSignals(young, input.changed), term);
  if (fault) return failed(fault);
  if (isOver(term)) {
    return {
      type: 'failed',
      code: 'deadline-exceeded',
      message: `The controller has not observed the change after ${seconds(term.deadlineMs)}: is the kube-controller-manager running?`,
      blamed: false,
    };
  }
  return waiting(notObserved, 'The controller has not observed the change yet.');
}
