import type { Rollout } from '@keelson/history';
import { digestOfImageID } from '@keelson/image';
import type { Pod, Workload } from '@keelson/kube';

/**
 * Whether a DaemonSet has new pods that the watch of pods does not show yet. Its status names no revision, so the newest pods that are seen may be older
 * than its template: then they are of its revision only where that is used again, as in a rollback, where every pod counts as updated and none runs anything else.
 */
export function arePodsNotSeen(
  { annotations, status }: Pick<Workload, 'annotations' | 'status'>,
  pods: readonly Pod[],
  { changes }: Pick<Rollout, 'changes'>,
): boolean {
  const generation = Number(annotations['deprecated.daemonset.template.generation'] ?? 0);
  const isOlder = ({ labels }: Pod) => Number(labels['pod-template-generation'] ?? generation) < generation;
  if (status.updated === 0 || pods.length === 0 || !pods.every(isOlder)) return false;
  const runsOther = ({ containers }: Pod): boolean =>
    changes.some(({ container, from, to }) => {
      const found = containers.find(({ name }) => name === container);
      if (found === undefined || found.specImage.endsWith(`@${to.digest}`)) return false;
      const reported = digestOfImageID(found.imageID);
      return (
        found.specImage.includes('@') || (reported === from.digest && reported !== undefined && reported !== to.digest)
      );
    });
  return status.updated < status.replicas || pods.some(runsOther);
}
