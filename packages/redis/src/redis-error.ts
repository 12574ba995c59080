/** What can be wrong with a Redis, whatever it is used for. */
export type RedisErrorCode =
  /** Redis cannot be reached, or is still loading. */
  | 'unavailable'
  /** Redis is at its `maxmemory` and evicts nothing, so nothing can be written. */
  | 'full'
  /** This Redis takes no writes: a replica, or its disk fails. */
  | 'readonly'
  /** Wrong password or user, or a command that this user may not run. */
  | 'denied';

const retryable: ReadonlySet<string> = new Set<RedisErrorCode>(['unavailable', 'full', 'readonly']);

/** What the rooms on Redis throw, each by a name and with codes of its own besides. The message never carries the URL or a password. */
export abstract class RedisError<Code extends string> extends Error {
  readonly code: Code | RedisErrorCode;
  /** It gets better by itself or by mending Redis, so retry. Otherwise whoever configured or called has to mend something. */
  readonly retryable: boolean;

  constructor(message: string, options: { readonly code: Code | RedisErrorCode; readonly cause?: unknown }) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = options.code;
    this.retryable = retryable.has(options.code);
  }
}
