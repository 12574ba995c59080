import { KeelsonError, toIsoTime } from '@keelson/core';
import type { RegistryErrorCode } from './types.ts';

/** The codes of errors that end without anybody here changing anything. */
const transient: ReadonlySet<RegistryErrorCode> = new Set([
  'rate-limited',
  'paused',
  'timeout',
  'unavailable',
  'protocol',
]);

/**
 * What a failure says about the host. `host`: no request can be answered now. `request`: this one was not, others may be. `elsewhere`: the host did
 * answer, and what it redirects to failed.
 */
export type Extent = 'host' | 'request' | 'elsewhere';

export interface RegistryErrorOptions extends ErrorOptions {
  /** Milliseconds since the epoch. */
  readonly retryAt?: number;
  /** @default 'request' */
  readonly extent?: Extent;
  /** The status of the registry's response. */
  readonly status?: number;
  /** The method of the request that got no whole response. */
  readonly unanswered?: 'GET' | 'HEAD' | 'POST';
  /** What to do, in place of the code's own advice. */
  readonly advice?: string;
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
  /** Milliseconds since the epoch: until then no such request is sent. */
  readonly retryAt?: number;
  readonly extent: Extent;
  /** The status of the registry's response, where there was one. */
  readonly status?: number;
  /** The method of the request, where it got no whole response. */
  readonly unanswered?: 'GET' | 'HEAD' | 'POST';

  constructor(code: RegistryErrorCode, host: string, message: string, options: RegistryErrorOptions = {}) {
    super(message, { code, retryable: transient.has(code), cause: options.cause });
    this.host = host;
    this.extent = options.extent ?? 'request';
    if (options.retryAt !== undefined) this.retryAt = options.retryAt;
    if (options.status !== undefined) this.status = options.status;
    if (options.unanswered !== undefined) this.unanswered = options.unanswered;
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
    `The request to ${host} for ${subject} failed: ${problem}. ${options.advice ?? advice[code]}`,
    options,
  );
}

/** The error for a caller whose signal aborted. `cause`: the signal's reason. */
export function gaveUp(about: RequestSubject, cause: unknown): RegistryError {
  return failed('timeout', about, 'the caller gave up waiting', { cause });
}

const pausedWhat = {
  host: 'No request is sent to it',
  account: 'No request with these credentials is sent to it',
  share: 'No request of this namespace is sent to it',
  request: 'This request is not sent again',
} as const;

/** The same refusal, of credentials that are sent less and less often. The next check sends them, so it names no time to check again. */
export function refusedAgain(
  { code, host, message, extent, status, cause }: RegistryError,
  until: number,
): RegistryError {
  const text = `${message} These credentials are not sent again until ${toIsoTime(until)}.`;
  return new RegistryError(code, host, text, { extent, cause, ...(status !== undefined && { status }) });
}

/** The same error, with the time until which its host or its request is paused, in milliseconds since the epoch. */
export function pausedAfter(error: RegistryError, retryAt: number, what: keyof typeof pausedWhat): RegistryError {
  const message = `${error.message} ${pausedWhat[what]} until ${toIsoTime(retryAt)}.`;
  const { code, host, extent, status, cause } = error;
  return new RegistryError(code, host, message, { retryAt, extent, cause, ...(status !== undefined && { status }) });
}

/** The same error, of a host that the registry redirected to. */
export function failedElsewhere(cause: RegistryError, host: string, target: string): RegistryError {
  return new RegistryError(cause.code, host, `${cause.message} It redirected to ${target}.`, {
    cause,
    extent: 'elsewhere',
    ...(cause.unanswered !== undefined && { unanswered: cause.unanswered }),
  });
}
