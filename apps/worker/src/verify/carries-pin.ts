import type { Rollout } from '@keelson/history';
import { digestOfImageID } from '@keelson/image';
import type { Pod } from '@keelson/kube';

/** Clocks of ours and of the API server may differ. */
const SKEW_MS = 5_000;

/**
 * Whether the pods that were made since carry the digests in their own spec, as the admission policy gives them; undefined while no pod
 * tells. An older pod, of a ReplicaSet that is used again, tells nothing: it may be from before the policy. Neither does one that runs the
 * digest without it.
 */
export function carriesPin(
  pods: readonly Pod[],
  { changes, createdAt }: Pick<Rollout, 'changes' | 'createdAt'>,
): boolean | undefined {
  const told = pods
    .filter((pod) => Date.parse(pod.createdAt) >= createdAt - SKEW_MS)
    .flatMap((pod) =>
      changes.flatMap(({ container, to }) => {
        const found = pod.containers.find(({ name }) => name === container);
        if (!found) return [];
        if (found.specImage.endsWith(`@${to.digest}`)) return [true];
        return digestOfImageID(found.imageID) === to.digest ? [] : [false];
      }),
    );
  return told.length === 0 ? undefined : told.every(Boolean);
}
