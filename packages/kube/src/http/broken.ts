import { describeTarget } from './describe-path.ts';
import { KubeError } from './kube-error.ts';
import type { KubeRequest } from './request.ts';
import { verbOf } from './request.ts';

/** For a whole exchange, when the caller does not say. */
export const defaultDeadlineMs = 30_000;

/** What to throw for an exchange that broke: the caller's own reason when the caller gave up, else a KubeError. */
export function brokenError(cause: unknown, request: KubeRequest, deadline: AbortSignal, server: string): unknown {
  if (cause instanceof KubeError) return cause;
  if (request.signal?.aborted) return request.signal.reason;
  const what = `${verbOf(request)} ${describeTarget(request.path)}`;
  if (deadline.aborted) {
    const seconds = (request.deadlineMs ?? defaultDeadlineMs) / 1000;
    return new KubeError(`${what}: no answer from ${server} within ${seconds} s. It is tried again later.`, {
      code: 'timeout',
    });
  }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'connection failed';
  return new KubeError(
    `${what}: ${server} cannot be reached (${code}). Check that the API server runs and that its address and certificate authority are right; it is tried again later.`,
    { code: 'unavailable', cause },
  );
}
