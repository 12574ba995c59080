import type { Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { markOf } from '@keelson/kube';

/** A sentence when somebody wrote another image since: its pods would tell of that one, and not of ours (law 6). */
export function whatReplaced({ generation, changes }: Rollout, workload: Workload): string | undefined {
  if (workload.generation <= generation) return undefined;
  const other = changes.find(({ container, to }) => markOf(workload, container) !== to.digest);
  if (!other) return undefined;
  const image = workload.containers.find(({ name }) => name === other.container)?.image;
  return image === undefined
    ? `Container ${other.container} was taken out before its new image was verified.`
    : `Somebody wrote ${image} to container ${other.container} before ${shortDigest(other.to.digest)} was verified.`;
}
