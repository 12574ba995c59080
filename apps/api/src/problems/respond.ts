import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';
import type { ProblemCode } from './api-problem.ts';
import { ApiProblem } from './api-problem.ts';

/** The response for a problem (RFC 9457 §3). `instance` is the id of the request, as in the log. */
export function respondWith(c: Context<ApiEnv>, problem: ApiProblem): Response {
  return c.body(problemText(problem, c.get('requestId')), problem.status, problemHeaders(problem));
}

/** The response to a request with a URL or a Host header that cannot be parsed, which the app never sees. */
export function refuseUnreadable(cause: unknown): Response {
  const problem = new ApiProblem('malformed-request', 'The request line or the Host header cannot be read.', { cause });
  return new Response(problemText(problem), { status: problem.status, headers: problemHeaders(problem) });
}

function problemHeaders({ details }: ApiProblem): Record<string, string> {
  return { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...details.headers };
}

function problemText({ code, title, status, message, details }: ApiProblem, requestId?: string): string {
  const { invalid, missing } = details;
  return JSON.stringify({
    type: problemType(code),
    title,
    status,
    code,
    detail: message,
    ...(requestId !== undefined && { instance: requestId }),
    ...(invalid && { invalid }),
    ...(missing && { missing }),
  });
}

/** A URN: it names the problem and does not pretend to be a page. */
function problemType(code: ProblemCode): string {
  return `urn:keelson:problem:${code}`;
}
