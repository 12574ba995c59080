import { sleep } from '@keelson/core/wait';
import type { Redis } from 'ioredis';
import { explain } from './explain.ts';

const pauseMs = 1_000;

/** By which BullMQ takes and ends jobs. */
const scripts: ReadonlySet<string> = new Set(['eval', 'evalsha']);

/**
 * BullMQ fetches the next job at once where Redis refuses to give one, because it is full or read-only: thousands of times a second. So the caller hears
 * of such a refusal only after a pause.
 */
export function withSlowRefusals(redis: Redis): Redis {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, ...rest) => {
    const reply = send(command, ...rest);
    // What the client sends by itself nobody waits for.
    return scripts.has(command.name) && reply instanceof Promise ? reply.catch(later) : reply;
  };
  return redis;
}

async function later(error: unknown): Promise<never> {
  const { code } = explain(error);
  if (code === 'full' || code === 'readonly' || code === 'denied') await sleep(pauseMs);
  throw error;
}
