import { timeoutSignal } from '@keelson/core/wait';
import type { Context } from '../context.ts';
import { HistoryError } from '../errors.ts';
import { ask } from './script.ts';

/** A Redis that takes longer than this for one small write is too slow to work with. */
const answerMs = 1_000;

/** Writes one small key: a Redis that is full, a replica, or whose disk fails, answers everything else. */
export async function ping({ redis, keys, now }: Pick<Context, 'redis' | 'keys' | 'now'>): Promise<void> {
  const late = timeoutSignal(answerMs);
  await Promise.race([
    ask(redis.set(keys.probe, now())),
    new Promise((_, reject) => {
      late.addEventListener('abort', () => reject(tooSlow()), { once: true });
    }),
  ]);
}

function tooSlow(): HistoryError {
  return new HistoryError('Redis did not answer within a second.', { code: 'unavailable' });
}
