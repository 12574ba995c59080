import { fields, list, optional, text } from '../fields.ts';
import { describeTarget, targetOf } from './describe-path.ts';
import type { KubeErrorCode } from './kube-error.ts';
import { KubeError } from './kube-error.ts';

/** What an error may say of the request. */
export interface RequestInfo {
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

/** By HTTP status, except where the reason of a Status object is more precise (a 504 comes from a slow API server or from a proxy without one). */
function codeOf(status: number, reason: string | undefined): KubeErrorCode {
  if (reason === 'Expired' || reason === 'Gone') return 'gone';
  if (reason === 'Timeout') return 'timeout';
  return codes[status] ?? (status >= 500 ? 'unavailable' : 'protocol');
}

function adviceFor(code: KubeErrorCode, { verb, path }: RequestInfo, byAdmission: boolean): string {
  const target = targetOf(path);
  if (byAdmission) return 'Change the policy or the webhook that refuses it, or exempt the account that Keelson uses.';
  switch (code) {
    case 'forbidden':
      return `Grant the verb "${verb}" on ${target?.resource ?? path}${target?.namespace === undefined ? ' in the whole cluster' : ` in namespace ${target.namespace}`} to the account that Keelson uses.`;
    case 'unauthorized':
      return 'Check the credentials of the kubeconfig or of the service account: the token may have expired.';
    case 'invalid':
      return 'The object does not accept this; see the reason above.';
    case 'not-found':
      return 'It may have been deleted or renamed.';
    case 'conflict':
      return 'It was changed in between; Keelson reads it again.';
    case 'gone':
      return 'Keelson lists again.';
    default:
      return 'Keelson retries later.';
  }
}

// API servers send seconds; the maintenance page of a proxy may send a day.
const longestWaitMs = 60_000;

/** `Retry-After`: whole seconds or an HTTP date (RFC 9110 section 10.2.3), as milliseconds from now; a minute at most. */
export function retryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(waitMs) ? undefined : Math.min(longestWaitMs, Math.max(0, waitMs));
}

// Admission webhooks can answer at any length.
const longest = 600;

/** The first field that a validation error names; a JSON patch whose `test` failed names none. */
function fieldNamed(answer: unknown): string | undefined {
  const causes = list(fields(fields(answer).details).causes);
  return causes.map((cause) => text(fields(cause).field)).find((field) => field !== undefined);
}

/** Whether admission control refused it: a policy or a webhook, with whatever status that chose (the API server words both so). */
function isDenied(said: string): boolean {
  return /^admission webhook .* denied the request|ValidatingAdmissionPolicy '.*denied request/s.test(said);
}

/** The error for a response that is not a success. From the body it takes only what a Status object says. */
export function answerError(request: RequestInfo, status: number, body: unknown, retryAfterMs?: number): KubeError {
  const answer = fields(body);
  const isStatus = answer.kind === 'Status';
  const reason = isStatus ? text(answer.reason) : undefined;
  const said = (isStatus ? text(answer.message) : undefined) ?? '';
  const code = codeOf(status, reason);
  const byAdmission = status >= 400 && status < 500 && isDenied(said);
  const why = said === '' ? '' : `: ${said.length > longest ? `${said.slice(0, longest)}…` : said}`;
  const message = `${request.verb} ${describeTarget(request.path)}: the API server answered ${status}${why}${/[.!?]$/.test(why) ? '' : '.'} ${adviceFor(code, request, byAdmission)}`;
  return new KubeError(message, {
    code,
    status,
    ...optional('reason', reason),
    ...optional('namesField', isStatus ? fieldNamed(answer) : undefined),
    ...(byAdmission && { byAdmission }),
    ...optional('retryAfterMs', retryAfterMs),
  });
}
