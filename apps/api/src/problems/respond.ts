import type { ApiProblem, ProblemCode } from './api-problem.ts';

/** RFC 9457 §3: the answer for a problem. `instance` is the request's id, as in the log. */
export function problemResponse(problem: ApiProblem, requestId: string | undefined): Response {
  const { headers, invalid, missing } = problem.details;
  const body = {
    type: problemType(problem.code),
    title: problem.title,
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    ...(requestId !== undefined && { instance: requestId }),
    ...(invalid && { invalid }),
    ...(missing && { missing }),
  };
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
  });
}

/** A URN: it names the problem and does not pretend to be a page. */
export function problemType(code: ProblemCode): string {
  return `urn:keelson:problem:${code}`;
}
