import { fields, list, optional, text } from '../fields.ts';
import { describeTarget, targetOf } from './describe-path.ts';
import type { KubeErrorCode } from './kube-error.ts';
import { KubeError } from './kube-error.ts';

/** The request that an answer belongs to, as far as an error may tell. */
export interface Asked {
  readonly verb: string;
  readonly path: string;
}

const codes: Readonly<Record<number, KubeErrorCode>> = {
  400: 'invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not-found',
  405: 'invalid',
  408: 'timeout',
  409: 'conflict',
  410: 'gone',
  413: 'invalid',
  415: 'invalid',
  422: 'invalid',
  429: 'rate-limited',
};

/** By status first; a Status object's reason tells the rest (a 504 is either a slow API server or a proxy without one). */
function codeOf(status: number, reason: string | undefined): KubeErrorCode {
  if (reason === 'Expired' || reason === 'Gone') return 'gone';
  if (reason === 'Timeout') return 'timeout';
  return codes[status] ?? (status >= 500 ? 'unavailable' : 'protocol');
}

function adviceFor(code: KubeErrorCode, { verb, path }: Asked): string {
  const target = targetOf(path);
  switch (code) {
    case 'forbidden':
      return `Grant the verb "${verb}" on ${target?.resource ?? path}${target?.namespace === undefined ? ' in the whole cluster' : ` in namespace ${target.namespace}`} to the account that Keelson uses.`;
    case 'unauthorized':
      return 'Check the credentials of the kubeconfig or of the service account: the token may have expired.';
    case 'invalid':
      return 'The object does not take this as it stands; see the reason given.';
    case 'not-found':
      return 'It may have been deleted or renamed.';
    case 'conflict':
      return 'It was changed in between; it has to be read again.';
    case 'gone':
      return 'It has to be listed again.';
    default:
      return 'It is tried again later.';
  }
}

// API servers ask for seconds; a proxy's maintenance page may ask for a day, and a timer takes no more than 24 of them.
const longestWaitMs = 60_000;

/** Whole seconds or an HTTP date (RFC 9110 section 10.2.3), as milliseconds from now; a minute at the most. */
export function retryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const asked = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(asked) ? undefined : Math.min(longestWaitMs, Math.max(0, asked));
}

// Admission webhooks can answer at any length.
const longest = 600;

/** The first field that a validation error names; a patch that did not fit names none. */
function fieldNamed(answer: unknown): string | undefined {
  const causes = list(fields(fields(answer).details).causes);
  return causes.map((cause) => text(fields(cause).field)).find((field) => field !== undefined);
}

/** The error for an answer that is not a success. Of the body it takes only what a Status object says. */
export function answerError(asked: Asked, status: number, body: unknown, retryAfterMs?: number): KubeError {
  const answer = fields(body);
  const isStatus = answer.kind === 'Status';
  const reason = isStatus ? text(answer.reason) : undefined;
  const said = (isStatus ? text(answer.message) : undefined) ?? '';
  const code = codeOf(status, reason);
  const why = said === '' ? '' : `: ${said.length > longest ? `${said.slice(0, longest)}…` : said}`;
  const message = `${asked.verb} ${describeTarget(asked.path)}: the API server answered ${status}${why}${/[.!?]$/.test(why) ? '' : '.'} ${adviceFor(code, asked)}`;
  return new KubeError(message, {
    code,
    status,
    ...optional('reason', reason),
    ...optional('namesField', isStatus ? fieldNamed(answer) : undefined),
    ...optional('retryAfterMs', retryAfterMs),
  });
}
