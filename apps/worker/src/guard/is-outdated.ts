import { writePathFacts } from '@keelson/core';
import type { WorkloadState } from '@keelson/history';
import { parseReference, repositoryOf } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { gitImageOf } from '@keelson/kube';

/**
 * Whether a pin in the owner's Kustomization is for an image that git no longer means: it would come back to life should git ever return
 * to that tag, by then a stale one.
 */
export function isOutdated(workload: Workload, { digests }: Pick<WorkloadState, 'digests'>): boolean {
  return workload.containers.some(({ name, image }) => {
    const record = digests[name];
    if (!record?.written || !writePathFacts(record.written.path)?.inKustomization) return false;
    try {
      const { tag, ...reference } = parseReference(gitImageOf(workload, name) ?? image);
      return repositoryOf(reference) !== record.image || (tag ?? '') !== record.tag;
    } catch {
      // What is no image reference is reported where it is followed.
      return false;
    }
  });
}
