import type { RolloutView, Verdict } from '../types.ts';
import { unproven } from '../verdicts.ts';
import { wantedPods } from './complete.ts';

/** The verdict while the controller replaces no pod by itself: what was written waits for pods that run it. */
export function unprovenVerdict(view: RolloutView): Verdict | undefined {
  if (view.desired === 0) {
    return unproven(
      'scaled-to-zero',
      view.kind === 'DaemonSet'
        ? 'Written; no node runs the DaemonSet. Its pods are judged when one does.'
        : 'Written; the workload has no replicas. Its pods are judged when it is scaled up.',
    );
  }
  if (wantedPods(view) === 0) {
    return unproven(
      'partitioned',
      `Written; the partition of the StatefulSet (${view.partition}) keeps all of its pods on the old revision. New pods are judged when it is lowered.`,
    );
  }
  if (view.strategy === 'OnDelete' && view.status.updated < view.desired) {
    return unproven(
      'on-delete',
      'Written; with the update strategy OnDelete a pod is replaced only when it is deleted. The rollout is proven when all of them are.',
    );
  }
  return undefined;
}
