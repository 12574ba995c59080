import { maskSecrets } from '@keelson/core';
import { ReplyError } from 'ioredis';
import type { RedisErrorCode } from './redis-error.ts';

/** How an error reply of Redis begins (redis.io, "Redis serialization protocol", simple errors), and what it means. */
export type Reply<Code extends string> = readonly [begins: RegExp, code: Code, message: string];

const replies: readonly Reply<RedisErrorCode>[] = [
  [/^READONLY/, 'readonly', 'This Redis is a replica and takes no writes. Point REDIS_URL at the primary.'],
  [/^MISCONF/, 'readonly', 'Redis takes no writes because it cannot save to its disk. Check its log and its disk.'],
  [/^(NOAUTH|WRONGPASS|ERR AUTH)/, 'denied', 'Redis refused this user and password.'],
  // The second one comes from a script.
  [
    /^(NOPERM|ERR The user executing the script can't)/,
    'denied',
    'This user of Redis may not do that. Give it the rights that docs/operation.md lists.',
  ],
  // The client's own words for it name an option of the client.
  [
    /^Reached the max retries/,
    'unavailable',
    'Redis cannot be reached. Check that it runs, and REDIS_URL and KEELSON_REDIS_CA where they are set.',
  ],
  // OpenSSL's words, to which Node adds an option of its own.
  [
    /^(self-signed certificate|unable to (verify|get)\b.*certificate)/,
    'unavailable',
    "The certificate of Redis is signed by nobody who is trusted here. Name its CA's file in KEELSON_REDIS_CA.",
  ],
  [
    /^Hostname\/IP does not match certificate/,
    'unavailable',
    'The certificate of Redis is for another name than the host in REDIS_URL. Use a name that it has.',
  ],
  [/^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN)/, 'unavailable', 'Redis is not ready to answer yet.'],
];

type ErrorClass<Code, E> = new (message: string, options: { readonly code: Code; readonly cause: unknown }) => E;

/** Creates the function that turns what the client threw into an error of this class, with a message that a person can act on. */
export function createExplain<Code extends string, E extends Error>(
  Kind: ErrorClass<Code | RedisErrorCode, E>,
  own: readonly Reply<Code | RedisErrorCode>[],
): (error: unknown) => E {
  return (error) => {
    if (error instanceof Kind) return error;
    const text = error instanceof Error ? error.message : String(error);
    const [, code, message] = [...own, ...replies].find(([begins]) => begins.test(text)) ?? [];
    if (code !== undefined && message !== undefined) return new Kind(message, { code, cause: error });
    return error instanceof ReplyError
      ? new Kind(`Redis answered with an error: ${maskSecrets(text)}`, { code: 'refused', cause: error })
      : new Kind(`Redis did not answer: ${maskSecrets(text)}`, { code: 'unavailable', cause: error });
  };
}
