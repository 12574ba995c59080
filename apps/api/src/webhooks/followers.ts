import type { WorkloadId } from '@keelson/core';
import type { History } from '@keelson/history';
import { parseReference, repositoryOf } from '@keelson/image';
import type { PushHint } from './notification.ts';

export interface Followers {
  /** The workloads to check. */
  readonly workloads: ReadonlySet<WorkloadId>;
  /** How many different pushes at least one workload follows, and how many none does. */
  readonly followed: number;
  readonly unfollowed: number;
}

/**
 * Finds the workloads that follow a pushed image. The notification's host is the registry's name for the pushing client, and a manifest may use
 * another one (a mirror, a name inside the cluster), so where no workload uses host and path together, the path alone decides. With a tag, only
 * workloads that follow this tag are found.
 */
export function createFollowers(history: Pick<History, 'workloadsByImage' | 'workloadsByPath'>) {
  /** Undefined when no workload uses this host and path with any tag. */
  async function byName({ host, repository, tag }: PushHint): Promise<readonly WorkloadId[] | undefined> {
    const name = normalised(host, repository);
    if (name === undefined) return undefined;
    const ids = await history.workloadsByImage(name, tag);
    if (ids.length > 0) return ids;
    const elsewhere = tag === undefined ? [] : await history.workloadsByImage(name);
    return elsewhere.length > 0 ? [] : undefined;
  }

  return async (hints: readonly PushHint[]): Promise<Followers> => {
    const workloads = new Set<WorkloadId>();
    let followed = 0;
    let unfollowed = 0;
    for (const hint of distinct(hints)) {
      const ids = (await byName(hint)) ?? (await history.workloadsByPath(hint.repository, hint.tag));
      if (ids.length > 0) followed += 1;
      else unfollowed += 1;
      for (const id of ids) workloads.add(id);
    }
    return { workloads, followed, unfollowed };
  };
}

function normalised(host: string, repository: string): string | undefined {
  if (host === '') return undefined;
  try {
    return repositoryOf(parseReference(`${host}/${repository}`));
  } catch {
    return undefined;
  }
}

function distinct(hints: readonly PushHint[]): Iterable<PushHint> {
  return new Map(hints.map((hint) => [JSON.stringify([hint.host, hint.repository, hint.tag]), hint])).values();
}
