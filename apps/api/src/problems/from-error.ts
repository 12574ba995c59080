import type { HistoryErrorCode } from '@keelson/history';
import { isHistoryError } from '@keelson/history';
import { HTTPException } from 'hono/http-exception';
import type { ProblemCode } from './api-problem.ts';
import { ApiProblem } from './api-problem.ts';

/** The problem that a caller sees for an error: never a stack, a cause or a message from elsewhere. */
export function problemFrom(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (isHistoryError(error)) return fromHistory(error.code, error);
  if (error instanceof HTTPException && error.status < 500) {
    return new ApiProblem('malformed-request', 'The request cannot be read: check its path, headers and body.', {
      cause: error,
    });
  }
  return new ApiProblem(
    'internal',
    'Keelson failed to handle the request: its log has the error under this request id.',
    {
      cause: error,
    },
  );
}

const unavailable: Partial<Record<HistoryErrorCode, readonly [ProblemCode, string]>> = {
  unavailable: ['history-unavailable', 'Redis does not answer: try again.'],
  full: ['history-full', 'Redis is full and takes no writes: raise its maxmemory, or lower the retention.'],
  readonly: ['history-unavailable', 'Redis takes no writes: REDIS_URL must name the primary, and its disk must work.'],
  denied: [
    'history-unavailable',
    'Redis refuses the credentials of Keelson: check the user and password in REDIS_URL.',
  ],
};

function fromHistory(code: HistoryErrorCode, cause: Error): ApiProblem {
  const known = unavailable[code];
  if (known) return new ApiProblem(...known, { cause, headers: { 'Retry-After': '5' } });
  if (code === 'refused') {
    const detail = 'Redis answered with an error: the log has it under this request id.';
    return new ApiProblem('internal', detail, { cause });
  }
  if (code === 'invalid') return new ApiProblem('invalid-parameters', cause.message, { cause });
  return new ApiProblem('unreadable', `${cause.message} The log has the details under this request id.`, { cause });
}
