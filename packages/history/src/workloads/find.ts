import type { WorkloadId } from '@keelson/core';
import type { Context } from '../context.ts';
import { explain } from '../redis/explain.ts';
import { ask } from '../redis/script.ts';
import type { Follower } from './types.ts';

/** Paths that are read in one round trip. */
const batch = 250;

/** `host/path`; a path alone has the host ''. */
export function splitRepository(repository: string): { readonly host: string; readonly path: string } {
  const slash = repository.indexOf('/');
  return { host: repository.slice(0, Math.max(slash, 0)), path: repository.slice(slash + 1) };
}

export async function findFollowers(
  { redis, keys }: Context,
  paths: readonly string[],
): Promise<readonly (readonly Follower[])[]> {
  const found: (readonly Follower[])[] = [];
  for (let i = 0; i < paths.length; i += batch) {
    const pipeline = redis.pipeline();
    for (const path of paths.slice(i, i + batch)) pipeline.smembers(keys.images + path);
    for (const [error, members] of (await ask(pipeline.exec())) ?? []) {
      if (error !== null) throw explain(error);
      found.push(Array.isArray(members) ? members.map((member) => followerOf(String(member))) : []);
    }
  }
  return found;
}

function followerOf(member: string): Follower {
  const [host = '', tag = '', ...rest] = member.split(' ');
  const workload: WorkloadId = rest.join(' ');
  return { host, tag, workload };
}
