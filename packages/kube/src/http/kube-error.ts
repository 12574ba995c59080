import { KeelsonError } from '@keelson/core';

/**
 * What went wrong, by what to do about it.
 *
 * - `no-config`: no cluster is configured, or its configuration or credentials cannot be read.
 * - `not-found`, `forbidden`, `unauthorized`, `invalid`: a user has to change something first.
 * - `conflict`: the object is not what was read before; read again and decide anew.
 * - `gone`: a resourceVersion or a continue token is too old; list again.
 * - `rate-limited`, `unavailable`, `timeout`, `protocol`: a problem of the API server; try again later.
 * - `too-large`: the answer is longer than `bounds.kubeAnswerBytes`; ask for less.
 */
export type KubeErrorCode =
  | 'no-config'
  | 'not-found'
  | 'forbidden'
  | 'unauthorized'
  | 'invalid'
  | 'conflict'
  | 'gone'
  | 'rate-limited'
  | 'unavailable'
  | 'timeout'
  | 'protocol'
  | 'too-large';

export interface KubeErrorDetails {
  readonly code: KubeErrorCode;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** `reason` of the Status object: `AlreadyExists`, `Expired` … */
  readonly reason?: string;
  /** The first field that a validation refused: `spec.template.spec.containers[0].image`. */
  readonly namesField?: string;
  /** A policy or a webhook of admission control refused it, which neither a right nor another try changes. */
  readonly byAdmission?: true;
  /** `Retry-After` of the response, in milliseconds; a minute at most. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** Codes of errors after which a user has to change something before a retry helps. */
const needsChange: ReadonlySet<KubeErrorCode> = new Set([
  'no-config',
  'not-found',
  'forbidden',
  'unauthorized',
  'invalid',
]);

/**
 * Everything that this package throws. The message holds no header, token or body.
 *
 * Not thrown: when the caller's own signal aborts, the signal's reason is thrown.
 */
export class KubeError extends KeelsonError<KubeErrorCode> {
  override readonly name: string = 'KubeError';
  declare readonly status?: number;
  declare readonly reason?: string;
  declare readonly namesField?: string;
  declare readonly byAdmission?: true;
  declare readonly retryAfterMs?: number;

  constructor(
    message: string,
    { code, status, reason, namesField, byAdmission, retryAfterMs, cause }: KubeErrorDetails,
  ) {
    super(message, { code, retryable: !needsChange.has(code), cause });
    if (status !== undefined) this.status = status;
    if (reason !== undefined) this.reason = reason;
    if (namesField !== undefined) this.namesField = namesField;
    if (byAdmission) this.byAdmission = byAdmission;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
  }
}

/** A guarded write found something else than what had been read. Nothing was written: read again and decide anew. */
export class ConflictError extends KubeError {
  override readonly name = 'ConflictError';

  constructor(message: string, { cause }: { readonly cause?: unknown } = {}) {
    super(message, { code: 'conflict', cause });
  }
}

/**
 * Whether a write came too late: what it was guarded by has changed since it was read. What admission control refuses is refused again, whatever its status.
 *
 * @param isGuard whether a 422 means that too, and not that a value is refused
 */
export function isStale(error: unknown, isGuard: (refusal: KubeError) => boolean): error is KubeError {
  if (!(error instanceof KubeError) || error.byAdmission) return false;
  return error.status === 409 || (error.status === 422 && isGuard(error));
}
