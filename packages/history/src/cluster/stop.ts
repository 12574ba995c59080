import { z } from 'zod';
import { clusterStop } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import { eventsKept } from '../context.ts';
import { HistoryError } from '../errors.ts';
import { ask, loadScript, run } from '../redis/script.ts';
import type { ClusterStop } from '../restrictions/types.ts';

const resume = loadScript('event', 'resume-cluster');

const stored = z.instanceof(Buffer).transform(String).nullable();
const ended = z.tuple([stored, stored]);

export async function readStop({ redis, keys }: Context): Promise<ClusterStop | undefined> {
  return parse(await ask(redis.hgetall(keys.stop)));
}

export async function resumeCluster({ redis, keys, now }: Context): Promise<ClusterStop | undefined> {
  const reply = await run(redis, resume, [keys.stop, keys.failed, keys.succeeded, keys.events], [now(), eventsKept]);
  const [message, at] = ended.parse(reply);
  return message === null ? undefined : { message, at: Number(at) };
}

function parse(hash: Readonly<Record<string, string>>): ClusterStop | undefined {
  if (Object.keys(hash).length === 0) return undefined;
  const parsed = clusterStop.safeParse(hash);
  if (parsed.success) return parsed.data;
  throw new HistoryError('The stop of everything is stored in a way that does not parse. Resume the cluster.', {
    code: 'corrupt',
    cause: parsed.error,
  });
}
