import type { RolloutView, Verdict } from '../types.ts';
import { succeeded } from '../verdicts.ts';
import { wantedPods } from './complete.ts';

/** The verdict where the controller replaces no pod by itself, so that the rollout is over with the write. */
export function unproven(view: RolloutView): Verdict | undefined {
  if (view.desired === 0) {
    return succeeded('scaled-to-zero', 'Written; the workload has no replicas, so there is no pod to judge.', false);
  }
  if (wantedPods(view) === 0) {
    return succeeded(
      'partitioned',
      `Written; the partition of the StatefulSet (${view.partition}) keeps all of its pods on the old revision, so there is no pod to judge.`,
      false,
    );
  }
  if (view.strategy === 'OnDelete' && view.status.updated < view.desired) {
    return succeeded(
      'on-delete',
      `Written; with the update strategy OnDelete a pod is replaced only when it is deleted (${view.status.updated} of ${view.desired} were so far), so the new image is not judged.`,
      false,
    );
  }
  return undefined;
}
