import { KeelsonError, toIsoTime } from '@keelson/core';
import type { RegistryErrorCode } from './types.ts';

/** The codes of errors that authorization without anybody here changing anything. */
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
  'rate-limited': 'Credentials or a mirror raise the limit; the request is sent again automatically.',
  paused: 'Nothing was sent; the request is sent again automatically.',
  timeout: 'Check that it is up and reachable from here; the request is sent again automatically.',
  unavailable: 'Check that it is up and reachable from here; the request is sent again automatically.',
  protocol: 'Check that a registry is served at this address.',
  configuration: 'Fix the file and start again.',
};

/** What a request is about. */
export interface RequestSubject {
  /** The registry's host, with its port. */
  readonly host: string;
  /** For people: `the digest of ops/myapp:latest`. */
  readonly subject: string;
}

/** The error of a failed request. Its message always says which request, what is wrong, and what to do. */
export function failed(
  code: RegistryErrorCode,
  { host, subject }: RequestSubject,
  problem: string,
  options: RegistryErrorOptions = {},
): RegistryError {
  return new RegistryError(
    code,
    host,
    `The request to ${host} for ${subject} failed: ${problem}. ${advice[code]}`,
    options,
  );
}

/** The error for a caller whose signal aborted. `cause`: the signal's reason. */
export function gaveUp(about: RequestSubject, cause: unknown): RegistryError {
  return failed('timeout', about, 'the caller gave up waiting', { cause });
}

/** The same error, with the time until which its host is paused, in milliseconds since the epoch. */
export function pausedAfter(error: RegistryError, retryAt: number): RegistryError {
  const message = `${error.message} No request is sent to it until ${toIsoTime(retryAt)}.`;
  return new RegistryError(error.code, error.host, message, { retryAt, cause: error.cause });
}
