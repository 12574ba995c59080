import { isLive, isReady } from '../pods.ts';
import { conditionSignals } from '../signals/of-conditions.ts';
import { podSignals } from '../signals/of-pod.ts';
import { dueFault, firstBlocker } from '../signals/pick.ts';
import type { Signal } from '../signals/signal.ts';
import { beginSoak, judgeSoak, soaking } from '../soak/soak.ts';
import type { RolloutView, Verdict, VerdictInput } from '../types.ts';
import { blocked, failed, succeeded, waiting } from '../verdicts.ts';
import { isComplete, podsAgree, wantedPods } from './complete.ts';
import type { Term } from './deadline.ts';
import { deadlineVerdict, isOver, termOf } from './deadline.ts';
import { unprovenVerdict } from './unproven.ts';

/** The verdict on a workload whose controller has observed the change: failures first, then completeness, then the deadline. */
export function judgePods(input: VerdictInput): Verdict {
  const { view, soak } = input;
  const term = termOf(input);
  const signals = podSignals(view.pods, input.changed);
  if (view.desired > 0) {
    const fault = dueFault(signals, term);
    if (fault) return failed(fault);
  }
  const early = soak && view.desired > 0 ? undefined : unprovenVerdict(view);
  if (early) return (hasUnready(view) && judgeRolling(input, signals, term)) || early;
  if (soak) {
    const late = { ...term, since: Math.max(term.since, soak.since + input.soakMs) };
    return judgeSoak(input, soak) ?? judgeRolling(input, signals, late) ?? soaking(input, soak);
  }
  if (isComplete(view)) return completed(input, term);
  return judgeRolling(input, signals, term) ?? progressing(input);
}

/** Whether a new pod that should run does not: some pods were replaced, though not all are. */
function hasUnready({ desired, pods }: RolloutView): boolean {
  return desired > 0 && pods.some((pod) => isLive(pod) && !isReady(pod));
}

/** Blocked or late. Blocked comes first: a rollout that the cluster blocks is not late. */
function judgeRolling(input: VerdictInput, signals: readonly Signal[], term: Term): Verdict | undefined {
  const blocker = firstBlocker([...signals, ...conditionSignals(input.view)]);
  return blocker ? blocked(blocker.code, blocker.message, blocker.evidence) : deadlineVerdict(input, term);
}

function completed(input: VerdictInput, term: Term): Verdict {
  const wanted = wantedPods(input.view);
  if (input.soakMs <= 0) {
    const message =
      wanted === 1
        ? 'The pod of the new revision is available.'
        : `All ${wanted} pods of the new revision are available.`;
    return succeeded('available', message);
  }
  // The watches of pods and controllers are independent: a baseline of pods that lag behind would count pods as lost that are not ready yet.
  if ((!podsAgree(input.view) || isTooYoung(input)) && !isOver(term)) return progressing(input);
  const soak = beginSoak(input);
  return judgeSoak(input, soak) ?? soaking(input, soak);
}

/** Whether a pod is younger than a second: the cluster's clock has whole seconds, so a pod created now would have the same time as the newest one. */
function isTooYoung({ view, now }: VerdictInput): boolean {
  return view.pods.some(({ createdAt = 0 }) => createdAt <= now && now - createdAt < 1_000);
}

function progressing({ view }: VerdictInput): Verdict {
  const { updated, available } = view.status;
  return waiting('progressing', `${updated} of ${wantedPods(view)} pods are new, ${available} available.`);
}
