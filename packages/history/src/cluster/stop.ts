import type { WorkloadId } from '@keelson/core';
import { bounds, namespaceOf } from '@keelson/core';
import { z } from 'zod';
import { clusterStop } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import { ask, loadScript, run } from '../redis/script.ts';
import type { Stop } from '../restrictions/types.ts';

const resume = loadScript('event', 'space', 'resume-stop');

const texts = z.array(z.instanceof(Buffer).transform(String));
const reply = z.tuple([texts, texts]);

/** What is stored holds rollouts up in any case, so that it is shown, though it may not be readable. */
const unreadable = {
  message: 'This stop is stored in a form that cannot be parsed. Resume it: POST /api/v1/stop/resume.',
  at: 0,
};

type Hash = Readonly<Record<string, string>>;

export async function readStops({ redis, keys }: Context): Promise<readonly Stop[]> {
  const [all, single] = await ask(Promise.all([redis.hgetall(keys.stop), redis.hgetall(keys.stops)]));
  return parse(all, single);
}

export async function readStopFor({ redis, keys }: Context, workload: WorkloadId): Promise<Stop | undefined> {
  const namespace = namespaceOf(workload);
  const [all, one] = await ask(Promise.all([redis.hgetall(keys.stop), redis.hget(keys.stops, namespace)]));
  return parse(all, one === null ? {} : { [namespace]: one })[0];
}

/** Ends the stop of a namespace, or every stop, and removes the counted failures; returns what ended. */
export async function resumeStop({ redis, keys, now }: Context, namespace = ''): Promise<readonly Stop[]> {
  const touched = [keys.stop, keys.stops, keys.failed, keys.succeeded, keys.events];
  const [all, single] = reply.parse(await run(redis, resume, touched, [now(), bounds.events, namespace]));
  return parse(hashOf(all), hashOf(single));
}

function hashOf(flat: readonly string[]): Hash {
  return Object.fromEntries(flat.flatMap((key, at) => (at % 2 === 0 ? [[key, flat[at + 1] ?? ''] as const] : [])));
}

function parse(all: Hash, single: Hash): readonly Stop[] {
  const ofAll = Object.keys(all).length === 0 ? [] : [clusterStop.safeParse(all).data ?? unreadable];
  const names = Object.keys(single).sort();
  return [...ofAll, ...names.map((namespace) => ({ namespace, ...stopIn(single[namespace]) }))];
}

/** Its time and its message, with a blank between them. */
function stopIn(text = ''): Pick<Stop, 'message' | 'at'> {
  const [, at, message] = /^(\d{1,15}) (.+)$/s.exec(text) ?? [];
  return message === undefined ? unreadable : { message, at: Number(at) };
}
