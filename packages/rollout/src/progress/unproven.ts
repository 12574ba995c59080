import type { RolloutView, Verdict } from '../types.ts';
import { succeeded } from '../verdicts.ts';
import { wantedPods } from './complete.ts';

/** When the write is all there is to do, for the controller replaces no pod by itself. */
export function unproven(view: RolloutView): Verdict | undefined {
  if (view.desired === 0) {
    return succeeded('scaled-to-zero', 'Written; no pod is wanted, so there is none to judge.', false);
  }
  if (wantedPods(view) === 0) {
    return succeeded(
      'partitioned',
      `Written; the partition of the StatefulSet (${view.partition}) keeps all of its pods on the old revision, so there is none to judge.`,
      false,
    );
  }
  if (view.strategy === 'OnDelete' && view.status.updated < view.desired) {
    return succeeded(
      'on-delete',
      `Written; with the update strategy OnDelete a pod changes only when somebody deletes it (${view.status.updated} of ${view.desired} did so far), so the new image is not judged.`,
      false,
    );
  }
  return undefined;
}
