import { KeelsonError } from '@keelson/core';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Every problem that the API answers with, by its stable code: the HTTP status and the title. */
export const problemKinds = {
  'invalid-parameters': { status: 400, title: 'Invalid parameters' },
  'malformed-request': { status: 400, title: 'Malformed request' },
  'malformed-notification': { status: 400, title: 'Malformed notification' },
  unauthorized: { status: 401, title: 'Unauthorized' },
  forbidden: { status: 403, title: 'Forbidden' },
  'foreign-host': { status: 403, title: 'Foreign host name' },
  proxied: { status: 403, title: 'Passed on by a proxy' },
  'cross-site': { status: 403, title: 'Cross-site request' },
  'route-not-found': { status: 404, title: 'No such route' },
  'workload-not-found': { status: 404, title: 'No such workload' },
  'rollout-not-found': { status: 404, title: 'No such rollout' },
  'not-in-history': { status: 404, title: 'Not in the history' },
  'not-in-quarantine': { status: 404, title: 'Not in quarantine' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'nothing-to-roll-back-to': { status: 409, title: 'Nothing to roll back to' },
  'already-runs': { status: 409, title: 'Already rolled out' },
  quarantined: { status: 409, title: 'In quarantine' },
  'switched-off': { status: 409, title: 'Switched off' },
  'ambiguous-digest': { status: 409, title: 'Ambiguous digest' },
  'body-too-large': { status: 413, title: 'Body too large' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  unreadable: { status: 500, title: 'Unreadable record' },
  internal: { status: 500, title: 'Internal error' },
  'not-ready': { status: 503, title: 'Not ready' },
  'history-unavailable': { status: 503, title: 'History unavailable' },
  'history-full': { status: 503, title: 'History full' },
  'queue-unavailable': { status: 503, title: 'Queue unavailable' },
  busy: { status: 503, title: 'Busy' },
  'too-many-clients': { status: 503, title: 'Too many clients' },
  stopping: { status: 503, title: 'Shutting down' },
} as const satisfies Record<string, { status: ContentfulStatusCode; title: string }>;

export type ProblemCode = keyof typeof problemKinds;

/** One parameter that is wrong: in `path`, `query`, `header` or `body`. */
export interface InvalidParameter {
  readonly in: string;
  readonly name: string;
  readonly message: string;
}

export interface ProblemDetails {
  /** Headers of the response. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly invalid?: readonly InvalidParameter[];
  /** Parts of the process that are not ready. */
  readonly missing?: readonly { readonly part: string; readonly message: string }[];
  readonly cause?: unknown;
}

/** The error of the API, answered as an RFC 9457 problem. With status 429, and from 500 on, trying again may help; otherwise the request must change. */
export class ApiProblem extends KeelsonError<ProblemCode> {
  override readonly name = 'ApiProblem';
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly details: ProblemDetails;

  /** @param detail For people: what is wrong, where, and what to do. Never contains a secret. */
  constructor(code: ProblemCode, detail: string, details: ProblemDetails = {}) {
    const { status } = problemKinds[code];
    super(detail, { code, retryable: status >= 500 || status === 429, cause: details.cause });
    this.status = status;
    this.title = problemKinds[code].title;
    this.details = details;
  }
}
