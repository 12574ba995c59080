import { isLive, isReady } from '../pods.ts';
import { isComplete, readyPods, wantedPods } from '../progress/complete.ts';
import type { Soak, Verdict, VerdictInput } from '../types.ts';
import { count, failed, seconds, succeeded } from '../verdicts.ts';
import { lost } from './lost.ts';

/** The state at the beginning of a soak, to compare later states with. */
export function beginSoak({ view, now }: VerdictInput): Soak {
  const pods = view.pods.filter((pod) => isLive(pod) && isReady(pod));
  return {
    since: now,
    lastReady: Math.max(...pods.map(({ readyChangedAt = now }) => readyChangedAt), 0) || now,
    newestPod: Math.max(...pods.map(({ createdAt = 0 }) => createdAt), 0),
  };
}

export function soaking({ view, soakMs }: VerdictInput, soak: Soak): Verdict {
  return {
    type: 'soaking',
    code: 'soaking',
    message: `${count(wantedPods(view))} of the new revision ${wantedPods(view) === 1 ? 'is' : 'are'} available, and must remain so for ${seconds(soakMs)}.`,
    soak,
  };
}

/**
 * The verdict during a soak. Scaling, a drained node and restarted pods do not end the soak, and may last beyond it. When it is over and every pod was
 * replaced meanwhile, or one was unready for a while that nobody saw, it begins anew with those of now (law 14). undefined when it is over and no pod is ready: then
 * the workload has to become ready again within the deadline.
 */
export function judgeSoak(input: VerdictInput, soak: Soak): Verdict | undefined {
  const { view, now, soakMs } = input;
  const fault = lost(view, soak);
  if (fault) return failed(fault);
  if (now - soak.since < soakMs) return soaking(input, soak);
  // The controller may count pods whose readiness the watch of pods has not shown yet: theirs is a soak that has not begun.
  if (readyPods(view.pods) === 0) return isComplete(view) ? soaking(input, soak) : undefined;
  if (wasReplaced(input, soak) || wasUnready(input, soak)) return soaking(input, beginSoak(input));
  return succeeded('soaked', `The new revision was available, and stayed so for ${seconds(soakMs)}.`);
}

/** Whether pods are ready, and each of them is younger than the soak. */
function wasReplaced({ view, soakMs }: VerdictInput, { newestPod }: Soak): boolean {
  if (soakMs <= 0) return false;
  const ready = view.pods.filter((pod) => isLive(pod) && isReady(pod));
  return ready.length > 0 && ready.every(({ createdAt = 0 }) => createdAt > newestPod);
}

/** Whether a pod of its beginning became ready again since. It may have been its node, so that is no failure. */
function wasUnready({ view, soakMs }: VerdictInput, { newestPod, lastReady }: Soak): boolean {
  if (soakMs <= 0) return false;
  return view.pods.some(
    (pod) => isLive(pod) && isReady(pod) && (pod.createdAt ?? 0) <= newestPod && (pod.readyChangedAt ?? 0) > lastReady,
  );
}
