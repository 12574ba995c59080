import type { QueueErrorCode } from '../errors.ts';
import { QueueError } from '../errors.ts';

/** What Redis answers with, by how its error begins. */
const replies: readonly (readonly [RegExp, QueueErrorCode, string])[] = [
  [
    /^OOM/,
    'full',
    'Redis has reached its maxmemory and evicts nothing, so nothing more can be queued. Raise maxmemory.',
  ],
  [/^READONLY/, 'readonly', 'This Redis is a replica and takes no writes. Point REDIS_URL at the primary.'],
  [/^MISCONF/, 'readonly', 'Redis takes no writes because it cannot save to its disk. Look at its log and its disk.'],
  [/^(NOAUTH|WRONGPASS|NOPERM|ERR AUTH)/, 'denied', 'Redis does not let Keelson in with this user and password.'],
];

/** Turns whatever the client or BullMQ threw into a QueueError that a person can act on. */
export function explain(error: unknown): QueueError {
  if (error instanceof QueueError) return error;
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, code, sentence] of replies) {
    if (pattern.test(message)) return new QueueError(sentence, { code, cause: error });
  }
  const plain = message.replace(/\/\/[^@/\s]*@/g, '//');
  return new QueueError(`Redis did not answer: ${plain}`, { code: 'unavailable', cause: error });
}
