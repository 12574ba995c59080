import type { HistoryErrorCode } from '../errors.ts';
import { HistoryError } from '../errors.ts';

/** What Redis answers with, by how its error begins (redis.io, "Error handling" of the protocol). */
const replies: readonly (readonly [RegExp, HistoryErrorCode, string])[] = [
  [
    /^OOM/,
    'full',
    'Redis has reached its maxmemory and evicts nothing, so nothing more can be remembered. Raise maxmemory, or lower the retention.',
  ],
  [/^READONLY/, 'readonly', 'This Redis is a replica and takes no writes. Point REDIS_URL at the primary.'],
  [/^MISCONF/, 'readonly', 'Redis takes no writes because it cannot save to its disk. Look at its log and its disk.'],
  [/^(NOAUTH|WRONGPASS|NOPERM|ERR AUTH)/, 'denied', 'Redis does not let Keelson in with this user and password.'],
  [/^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)/, 'unavailable', 'Redis is not ready to answer yet.'],
  [/^WRONGTYPE/, 'corrupt', 'A key of Keelson holds something else. Give Keelson a prefix or a Redis of its own.'],
];

/** Turns whatever the client threw into a HistoryError that a person can act on. */
export function explain(error: unknown): HistoryError {
  if (error instanceof HistoryError) return error;
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, code, sentence] of replies) {
    if (pattern.test(message)) return new HistoryError(sentence, { code, cause: error });
  }
  return new HistoryError(`Redis did not answer: ${withoutCredentials(message)}`, {
    code: 'unavailable',
    cause: error,
  });
}

function withoutCredentials(message: string): string {
  return message.replace(/\/\/[^@/\s]*@/g, '//');
}
