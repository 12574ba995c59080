import { bounds } from '@keelson/core';
import { z } from 'zod';
import { clusterStop } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import { HistoryError } from '../errors.ts';
import { ask, loadScript, run } from '../redis/script.ts';
import type { ClusterStop } from '../restrictions/types.ts';

const resume = loadScript('event', 'resume-cluster');

const text = z.instanceof(Buffer).transform(String).nullable();
const reply = z.tuple([text, text]);

/** The stop of all new rollouts; undefined when there is none. @throws HistoryError `corrupt` when it does not parse. */
export async function readStop({ redis, keys }: Context): Promise<ClusterStop | undefined> {
  return parse(await ask(redis.hgetall(keys.stop)));
}

/** Ends the stop, and removes the counted failures; returns the stop that ended. */
export async function resumeCluster({ redis, keys, now }: Context): Promise<ClusterStop | undefined> {
  const touched = [keys.stop, keys.failed, keys.succeeded, keys.events];
  const [message, at] = reply.parse(await run(redis, resume, touched, [now(), bounds.events]));
  return message === null ? undefined : { message, at: Number(at) };
}

function parse(hash: Readonly<Record<string, string>>): ClusterStop | undefined {
  if (Object.keys(hash).length === 0) return undefined;
  const parsed = clusterStop.safeParse(hash);
  if (parsed.success) return parsed.data;
  throw new HistoryError(
    'The stop of all rollouts is stored in a form that cannot be parsed. Resume all rollouts: POST /api/v1/stop/resume.',
    {
      code: 'corrupt',
      cause: parsed.error,
    },
  );
}
