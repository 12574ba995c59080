import { KeelsonError } from '@keelson/core';
import type { RegistryErrorCode } from './types.ts';

/** The codes of errors that pass without anybody here changing anything. */
const transient: ReadonlySet<RegistryErrorCode> = new Set([
  'rate-limited',
  'paused',
  'timeout',
  'unavailable',
  'protocol',
]);

export interface RegistryErrorOptions extends ErrorOptions {
  /** Milliseconds since the epoch. */
  readonly retryAt?: number;
}

/**
 * Everything that this package throws. The message holds neither credentials nor tokens.
 *
 * When the caller's signal aborts, this is thrown too: code `timeout`, with the signal's reason as the cause.
 */
export class RegistryError extends KeelsonError<RegistryErrorCode> {
  override readonly name = 'RegistryError';
  /** The registry that the request went to, with its port. */
  readonly host: string;
  /** Milliseconds since the epoch: until then no request is sent to this host. */
  readonly retryAt?: number;

  constructor(code: RegistryErrorCode, host: string, message: string, options: RegistryErrorOptions = {}) {
    super(message, { code, retryable: transient.has(code), cause: options.cause });
    this.host = host;
    if (options.retryAt !== undefined) this.retryAt = options.retryAt;
  }
}

const advice: Readonly<Record<RegistryErrorCode, string>> = {
  'not-found': "Check the repository's name and the tag, and that it was pushed.",
  unauthorized: 'Give the workload a pull secret for this host that may pull this repository.',
  'rate-limited': 'Credentials or a mirror raise the limit; it is asked again by itself.',
  paused: 'Nothing was sent; it is asked again by itself.',
  timeout: 'Check that it is up and reachable from here; it is asked again by itself.',
  unavailable: 'Check that it is up and reachable from here; it is asked again by itself.',
  protocol: 'Check that a registry is served at this address.',
  configuration: 'Mend the file and start again.',
};

/** What was asked of whom: `host` with its port, `asked` for people. */
export interface Asked {
  readonly host: string;
  readonly asked: string;
}

/** What was asked of whom, what came, what to do: the one form of every message about an answer. */
export function failed(
  code: RegistryErrorCode,
  { host, asked }: Asked,
  came: string,
  options: RegistryErrorOptions = {},
): RegistryError {
  return new RegistryError(code, host, `Asked ${host} for ${asked}: ${came}. ${advice[code]}`, options);
}

/** The caller's signal ended the waiting, for the reason in `cause`. */
export function gaveUp(about: Asked, cause: unknown): RegistryError {
  return failed('timeout', about, 'the caller gave up waiting', { cause });
}

/** The same error, saying until when its host is left alone. */
export function pausedAfter(error: RegistryError, retryAt: number): RegistryError {
  const message = `${error.message} It is left alone until ${new Date(retryAt).toISOString()}.`;
  return new RegistryError(error.code, error.host, message, { retryAt, cause: error.cause });
}
