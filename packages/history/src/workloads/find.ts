import type { WorkloadId } from '@keelson/core';
import type { Context } from '../context.ts';
import { ask } from '../redis/script.ts';

interface Follower {
  readonly host: string;
  /** '' without a tag. */
  readonly tag: string;
  readonly id: WorkloadId;
}

/** `host/path`; a path alone has the host ''. */
export function splitRepository(repository: string): { readonly host: string; readonly path: string } {
  const slash = repository.indexOf('/');
  return { host: repository.slice(0, Math.max(slash, 0)), path: repository.slice(slash + 1) };
}

export async function findByImage(context: Context, repository: string, tag?: string): Promise<readonly WorkloadId[]> {
  const { host, path } = splitRepository(repository);
  const followers = await readFollowers(context, path);
  return idsOf(followers.filter((one) => one.host === host && (tag === undefined || one.tag === tag)));
}

export async function findByPath(context: Context, path: string, tag?: string): Promise<readonly WorkloadId[]> {
  const followers = await readFollowers(context, path);
  return idsOf(followers.filter((one) => tag === undefined || one.tag === tag));
}

async function readFollowers({ redis, keys }: Context, path: string): Promise<readonly Follower[]> {
  const members = await ask(redis.smembers(keys.images + path));
  return members.map((member) => {
    const [host = '', tag = '', ...rest] = member.split(' ');
    return { host, tag, id: rest.join(' ') };
  });
}

/** Each workload once: several of its containers may follow the same image. */
function idsOf(followers: readonly Follower[]): readonly WorkloadId[] {
  return [...new Set(followers.map(({ id }) => id))].sort();
}
