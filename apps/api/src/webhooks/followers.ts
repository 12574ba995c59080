import type { WorkloadId } from '@keelson/core';
import type { Follower, History } from '@keelson/history';
import { parseReference, repositoryOf } from '@keelson/image';
import type { PushHint } from './notification.ts';

export interface Followers {
  /** The workloads to check. */
  readonly workloads: ReadonlySet<WorkloadId>;
  /** How many pushes at least one workload follows, and how many none does. */
  readonly followed: number;
  readonly unfollowed: number;
}

/**
 * Finds the workloads that follow pushed images, in one read of the history. The notification's host is the registry's name for the pushing client, and a
 * manifest may use another one (a mirror, a name inside the cluster), so where no workload uses host and path together, the path alone decides.
 * With a tag, only workloads that follow this tag are found.
 *
 * @param hints Different ones: see `distinctHints`.
 */
export async function findFollowers(
  history: Pick<History, 'followersOf'>,
  hints: readonly PushHint[],
): Promise<Followers> {
  const named = hints.map((hint) => ({ hint, name: normalised(hint) }));
  const paths = [...new Set(named.flatMap(({ hint, name }) => [hint.repository, ...(name ? [name.path] : [])]))];
  const replies = await history.followersOf(paths);
  const index = new Map(paths.map((path, i) => [path, indexOf(replies[i] ?? [])]));

  const lists = new Set<readonly WorkloadId[]>();
  let followed = 0;
  for (const { hint, name } of named) {
    const byName = name && index.get(name.path)?.get(name.host);
    const ids = byName ? atTag(byName, hint.tag) : atTag(index.get(hint.repository)?.get(anyHost), hint.tag);
    if (ids.length > 0) followed += 1;
    lists.add(ids);
  }
  const workloads = new Set([...lists].flat());
  return { workloads, followed, unfollowed: hints.length - followed };
}

/** The same hints, each once. */
export function distinctHints(hints: readonly PushHint[]): readonly PushHint[] {
  return [...new Map(hints.map((hint) => [JSON.stringify([hint.host, hint.repository, hint.tag]), hint])).values()];
}

/** The ids of followers by host and tag. */
type Index = ReadonlyMap<string, ReadonlyMap<string, readonly WorkloadId[]>>;
/** No host and no tag has a space in it. */
const [anyHost, anyTag] = [' ', ' '];

function indexOf(followers: readonly Follower[]): Index {
  const index = new Map<string, Map<string, WorkloadId[]>>();
  for (const { host, tag, workload } of followers) {
    for (const [oneHost, oneTag] of [
      [host, tag],
      [host, anyTag],
      [anyHost, tag],
      [anyHost, anyTag],
    ] as const) {
      const ofHost = index.get(oneHost) ?? new Map<string, WorkloadId[]>();
      const ids = ofHost.get(oneTag) ?? [];
      ids.push(workload);
      index.set(oneHost, ofHost.set(oneTag, ids));
    }
  }
  return index;
}

function atTag(index: ReadonlyMap<string, readonly WorkloadId[]> | undefined, tag = anyTag): readonly WorkloadId[] {
  return index?.get(tag) ?? [];
}

function normalised({ host, repository }: PushHint): { readonly host: string; readonly path: string } | undefined {
  if (host === '') return undefined;
  try {
    const name = repositoryOf(parseReference(`${host}/${repository}`));
    const slash = name.indexOf('/');
    return { host: name.slice(0, slash), path: name.slice(slash + 1) };
  } catch {
    return undefined;
  }
}
