import { writePathFacts } from '@keelson/core';
import type { WorkloadState } from '@keelson/history';
import { parseReference, repositoryOf } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { gitImageOf } from '@keelson/kube';

/**
 * Whether a pin in the owner's Kustomization is for an image that the manifest in git no longer names. It would take effect again, by then
 * outdated, if git ever returned to that tag.
 */
export function isOutdated(workload: Workload, { digests }: Pick<WorkloadState, 'digests'>): boolean {
  return workload.containers.some(({ name, image }) => {
    const record = digests[name];
    if (!record?.written || !writePathFacts(record.written.path)?.inKustomization) return false;
    try {
      const { tag, ...reference } = parseReference(gitImageOf(workload, name) ?? image);
      return repositoryOf(reference) !== record.image || (tag ?? '') !== record.tag;
    } catch {
      // An invalid reference is a warning of its container.
      return false;
    }
  });
}
