import { createExplain } from '@keelson/redis';
import { HistoryError } from '../errors.ts';

/** Turns an error of the Redis client into a HistoryError whose message says what to do. */
export const explain = createExplain(HistoryError, [
  [
    /\bOOM command not allowed/,
    'full',
    'Redis is full and evicts nothing, so nothing more can be stored. Raise maxmemory, or lower the retention.',
  ],
  [
    /^WRONGTYPE/,
    'corrupt',
    'A key of Keelson has data of another program. Give Keelson a prefix or a Redis of its own.',
  ],
]);
