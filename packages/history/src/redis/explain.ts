import { createExplain } from '@keelson/redis';
import { HistoryError } from '../errors.ts';

/** Turns whatever the client threw into a HistoryError that a person can act on. */
export const explain = createExplain(HistoryError, [
  [
    /^OOM/,
    'full',
    'Redis has reached its maxmemory and evicts nothing, so nothing more can be remembered. Raise maxmemory, or lower the retention.',
  ],
  [/^WRONGTYPE/, 'corrupt', 'A key of Keelson holds something else. Give Keelson a prefix or a Redis of its own.'],
]);
