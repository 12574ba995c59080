import { writePathFacts } from '@keelson/core';
import type { WorkloadState } from '@keelson/history';
import { parseReference, repositoryOf } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { gitImageOf } from '@keelson/kube';

/**
 * Whether a pin in the owner is for an image that the manifest in git no longer names, or one that failed itself. It would take effect again, by then
 * outdated, if git ever returned to that tag.
 */
export function isOutdated(workload: Workload, { digests, hold }: Pick<WorkloadState, 'digests' | 'hold'>): boolean {
  return workload.containers.some(({ name, image }) => {
    const record = digests[name];
    if (!record?.written || !writePathFacts(record.written.path)?.entryIn) return false;
    if (isFailedEntry(record.written.path, hold)) return true;
    try {
      const { tag, ...reference } = parseReference(gitImageOf(workload, name) ?? image);
      return repositoryOf(reference) !== record.image || (tag ?? '') !== record.tag;
    } catch {
      // An invalid reference is a warning of its container.
      return false;
    }
  });
}

/** An entry of a HelmRelease whose digest failed as well: every upgrade would fail with it. */
export function isFailedEntry(path: string, hold: WorkloadState['hold']): boolean {
  return hold?.code === 'rollback-failed' && writePathFacts(path)?.entryIn === 'HelmRelease';
}
