import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { ApiProblem } from '../problems/api-problem.ts';

/** Answers 413 to a body over `maxBytes` bytes, with or without Content-Length. */
export function limitBody(maxBytes: number): MiddlewareHandler {
  return bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new ApiProblem(
        'body-too-large',
        `The body is larger than the ${maxBytes / 1024} KiB that this path accepts.`,
      );
    },
  });
}
