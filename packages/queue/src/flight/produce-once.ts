import { randomUUID } from 'node:crypto';
import { sleep } from '@keelson/core/wait';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { whenReady } from '../redis/connect.ts';
import { loadScript, run } from '../redis/script.ts';
import type { SingleFlightOptions } from '../types.ts';

const enter = loadScript('flight-enter');
const leave = loadScript('flight-leave');
/** How often a process looks whether another one's production has ended. */
const lookMs = 25;

const entered = z.union([
  z.tuple([z.literal('kept'), z.coerce.number(), z.string()]),
  z.tuple([z.enum(['wait', 'gap']), z.coerce.number()]),
  z.tuple([z.literal('go')]),
]);

export interface Landed {
  readonly value: string;
  readonly at: number;
}

/**
 * One process's part in a production: takes what is kept, or waits for who is at it, or produces. Two round trips when nobody else is.
 * `onStart` is told the moment before `produce` is called.
 */
export async function produceOnce(
  redis: Redis,
  base: string,
  { notBefore, minGapMs, lockMs, keepMs, signal }: SingleFlightOptions,
  produce: () => Promise<string>,
  onStart: (at: number) => void,
): Promise<Landed> {
  const [value, lock, gap] = [`${base}:value`, `${base}:lock`, `${base}:gap`];
  const token = randomUUID();
  for (;;) {
    signal.throwIfAborted();
    await whenReady(redis);
    const at = Date.now();
    const reply = entered.parse(await run(redis, enter, [value, lock, gap], [notBefore, token, lockMs, minGapMs, at]));
    if (reply[0] === 'kept') return { value: reply[2], at: reply[1] };
    if (reply[0] !== 'go') {
      await sleep(reply[0] === 'gap' ? reply[1] : Math.min(reply[1], lookMs), signal);
      continue;
    }
    onStart(at);
    let made = '';
    try {
      const fresh = await produce();
      made = `${at} ${fresh}`;
      return { value: fresh, at };
    } finally {
      // Without Redis the lock runs out by itself, and what was produced is still good for those who wait here.
      await run(redis, leave, [value, lock], [token, made, keepMs]).catch(() => undefined);
    }
  }
}
