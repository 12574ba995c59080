import { createExplain } from '@keelson/redis';
import { QueueError } from '../errors.ts';

/** Turns what the client or BullMQ threw into a QueueError with a message that a person can act on. */
export const explain = createExplain(QueueError, [
  [
    /\bOOM command not allowed/,
    'full',
    'Redis has reached its maxmemory and evicts nothing, so nothing more can be queued. Raise maxmemory.',
  ],
]);
