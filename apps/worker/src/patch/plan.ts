import type { Rollout } from '@keelson/history';
import { repositoryOf } from '@keelson/image';
import type { ImageChange, Workload } from '@keelson/kube';
import { isFollowed, readIntent, trackedContainers } from '@keelson/policy';

export type Plan =
  | { readonly workload: Workload; readonly changes: readonly ImageChange[] }
  /** One sentence on why nothing is to be written: the manifest names another image, or the workload is no longer followed or gone. */
  | { readonly unwanted: string };

/** The changes to write for a rollout, or why it is no longer wanted. */
export function planOf(workload: Workload | undefined, rollout: Rollout): Plan {
  if (!workload) return { unwanted: 'The workload is gone.' };
  const intent = readIntent(workload);
  if (!isFollowed(intent)) return { unwanted: 'The workload is no longer followed.' };
  const { tracked } = trackedContainers(intent, workload.containers);
  const changes: ImageChange[] = [];
  for (const { container: name, image, to } of rollout.changes) {
    const found = workload.containers.find((container) => container.name === name);
    if (!found) return { unwanted: `Container ${name} is no longer there.` };
    const followed = tracked.find((container) => container.name === name);
    if (!followed) return { unwanted: `Container ${name}, which names ${found.image}, is no longer followed.` };
    const { reference } = followed;
    if (repositoryOf(reference) !== image || reference.tag !== to.tag) {
      return { unwanted: `Container ${name} now names ${found.image}.` };
    }
    changes.push({ container: name, expected: found.image, digest: to.digest });
  }
  return { workload, changes };
}
