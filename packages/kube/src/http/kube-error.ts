/**
 * What went wrong with a cluster, by what there is to do about it.
 *
 * - `no-config`: no cluster is configured, or its configuration or credentials cannot be read.
 * - `not-found`, `forbidden`, `unauthorized`, `invalid`: somebody has to mend something first.
 * - `conflict`: the object is not what was read before; read again and decide anew.
 * - `gone`: a resourceVersion or a continue token is too old; list again.
 * - `rate-limited`, `unavailable`, `timeout`, `protocol`: the API server's trouble; try again later.
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
  | 'protocol';

export interface KubeErrorDetails {
  readonly code: KubeErrorCode;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** `reason` of the Status object: `AlreadyExists`, `Expired` … */
  readonly reason?: string;
  /** The first field that a validation refused: `spec.template.spec.containers[0].image`. */
  readonly namesField?: string;
  /** How long the API server asks to be left alone, in milliseconds; a minute at the most. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

const yours: ReadonlySet<KubeErrorCode> = new Set(['no-config', 'not-found', 'forbidden', 'unauthorized', 'invalid']);

/** Everything that this package throws, besides an abort of the caller's own signal. Holds no header, token or body. */
export class KubeError extends Error {
  override readonly name: string = 'KubeError';
  readonly code: KubeErrorCode;
  declare readonly status?: number;
  declare readonly reason?: string;
  declare readonly namesField?: string;
  declare readonly retryAfterMs?: number;
  /** True when trying again later can help with nobody mending anything. */
  readonly retryable: boolean;

  constructor(message: string, { code, status, reason, namesField, retryAfterMs, cause }: KubeErrorDetails) {
    super(message, cause === undefined ? {} : { cause });
    this.code = code;
    this.retryable = !yours.has(code);
    if (status !== undefined) this.status = status;
    if (reason !== undefined) this.reason = reason;
    if (namesField !== undefined) this.namesField = namesField;
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
