import type { History, WorkloadId } from '@keelson/history';

interface Follower {
  readonly id: WorkloadId;
  readonly tag: string | undefined;
}

type Index = ReadonlyMap<string, readonly Follower[]>;

/** A workload is checked when it is first seen, so one that is missing here for this long has lost nothing. */
const keptMs = 2_000;

/** Finds workloads by the path below the host. A registry that tells of every push costs one read of the workloads in two seconds. */
export function createPathIndex(history: Pick<History, 'workloads'>, now: () => number) {
  let kept: { readonly at: number; readonly index: Promise<Index> } | undefined;
  return async (path: string, tag: string | undefined): Promise<readonly WorkloadId[]> => {
    if (!kept || now() - kept.at >= keptMs) {
      const reading = { at: now(), index: readIndex(history) };
      kept = reading;
      reading.index.catch(() => {
        if (kept === reading) kept = undefined;
      });
    }
    const found = (await kept.index).get(path) ?? [];
    return found.filter((one) => tag === undefined || one.tag === undefined || one.tag === tag).map(({ id }) => id);
  };
}

async function readIndex(history: Pick<History, 'workloads'>): Promise<Index> {
  const workloads = await history.workloads();
  const containers = workloads.flatMap(({ record }) =>
    record.containers.map(({ repository, tag }) => ({ id: record.id, repository, tag })),
  );
  return Map.groupBy(containers, ({ repository }) => repository.slice(repository.indexOf('/') + 1));
}
