import { randomUUID } from 'node:crypto';
import { sleep } from '@keelson/core/wait';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { whenReady } from '../redis/connect.ts';
import { loadScript, run } from '../redis/script.ts';
import type { SingleFlightOptions } from '../types.ts';

const enter = loadScript('single-flight-enter');
const leave = loadScript('single-flight-leave');
/** How often a process checks whether another one's production has ended, in milliseconds. */
const checkMs = 25;
/** How long a share waits for another one's production before it produces itself, in milliseconds: that may be slow by the other's own doing. */
const patienceMs = 1_000;

const entered = z.union([
  z.tuple([z.literal('kept'), z.coerce.number(), z.string()]),
  z.tuple([z.enum(['wait', 'gap']), z.coerce.number()]),
  z.tuple([z.literal('go')]),
]);

export interface Produced {
  readonly value: string;
  /** When its production started, in milliseconds since the epoch. */
  readonly at: number;
}

/**
 * One process's part in a production: it takes the kept value, waits for another process that produces, or produces itself. Two round trips
 * when no other process produces. `onStart` is called just before `produce`, with the time in milliseconds since the epoch.
 */
export async function produceOnce(
  redis: Redis,
  base: string,
  { notBefore, minGapMs, lockMs, keepMs, share, signal }: SingleFlightOptions,
  produce: () => Promise<string>,
  onStart: (at: number) => void,
): Promise<Produced> {
  const [value, lock, gap] = [`${base}:value`, `${base}:lock`, `${base}:gap`];
  const owner = `${share} `;
  const token = `${owner}${randomUUID()}`;
  const began = performance.now();
  for (;;) {
    signal.throwIfAborted();
    await whenReady(redis);
    const at = Date.now();
    const waited = Math.floor(performance.now() - began);
    const about = [notBefore, token, lockMs, minGapMs, owner, patienceMs, waited];
    const reply = entered.parse(await run(redis, enter, [value, lock, gap], about));
    if (reply[0] === 'kept') return { value: reply[2], at: reply[1] };
    if (reply[0] !== 'go') {
      await sleep(reply[0] === 'gap' ? reply[1] : Math.min(reply[1], checkMs), signal);
      continue;
    }
    onStart(at);
    let produced = '';
    try {
      const fresh = await produce();
      produced = `v${fresh}`;
      return { value: fresh, at };
    } finally {
      // Without Redis the lock expires by itself, and the callers in this process still get the value.
      await run(redis, leave, [value, lock, gap], [token, at, produced, keepMs]).catch(() => undefined);
    }
  }
}
