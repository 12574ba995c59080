import type { Rollout } from '@keelson/history';
import { digestOfImageID } from '@keelson/image';
import type { Pod, Workload } from '@keelson/kube';

/** How far our clock and that of the API server may differ. */
const skewMs = 5_000;

/**
 * Whether the pods created since the rollout began have its digests in their own spec, as the admission policy sets them; undefined while no pod
 * shows it. An older pod, of a ReplicaSet that is used again, shows nothing: it may be older than the policy. Neither does a pod that runs the
 * digest without having it in its spec, nor one whose image is neither the pinned one nor that of the template.
 */
export function carriesPin(
  pods: readonly Pod[],
  { changes, createdAt }: Pick<Rollout, 'changes' | 'createdAt'>,
  template: Pick<Workload, 'containers'>,
): boolean | undefined {
  const carried = pods
    .filter((pod) => Date.parse(pod.createdAt) >= createdAt - skewMs)
    .flatMap((pod) =>
      changes.flatMap(({ container, to }) => {
        const found = pod.containers.find(({ name }) => name === container);
        if (!found) return [];
        if (found.specImage.endsWith(`@${to.digest}`)) return [true];
        const unpinned = template.containers.find(({ name }) => name === container)?.image;
        // Somebody changed the image of the pod itself.
        if (found.specImage !== unpinned) return [];
        return digestOfImageID(found.imageID) === to.digest ? [] : [false];
      }),
    );
  return carried.length === 0 ? undefined : carried.every(Boolean);
}
