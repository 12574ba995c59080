import { KeelsonError } from '@keelson/core';

/** What can be wrong with a Redis, whatever it is used for. */
export type RedisErrorCode =
  /** Redis cannot be reached, or is still loading. */
  | 'unavailable'
  /** Redis is at its `maxmemory` and evicts nothing, so nothing can be written. */
  | 'full'
  /** This Redis takes no writes: a replica, or its disk fails. */
  | 'readonly'
  /** Wrong password or user, or a command that this user may not run. */
  | 'denied'
  /** Redis answered with an error that none of these is. */
  | 'refused';

const retryable: ReadonlySet<string> = new Set<RedisErrorCode>(['unavailable', 'full', 'readonly', 'refused']);

/**
 * The base of what the packages on Redis throw, each with a name and codes of its own. The message never holds the URL or a password.
 * `retryable`: it passes by itself or when Redis is fixed. Otherwise whoever configured or called it must change something.
 */
export abstract class RedisError<Code extends string> extends KeelsonError<Code | RedisErrorCode> {
  constructor(message: string, { code, cause }: { readonly code: Code | RedisErrorCode; readonly cause?: unknown }) {
    super(message, { code, retryable: retryable.has(code), cause });
  }
}
