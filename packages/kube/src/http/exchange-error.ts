import { bounds } from '@keelson/core';
import { describeTarget } from './describe-path.ts';
import { KubeError } from './kube-error.ts';
import type { KubeRequest } from './request.ts';
import { verbOf } from './request.ts';

/** The default timeout of a whole exchange. */
export const defaultDeadlineMs = 30_000;

/** What to throw for a failed exchange: the reason of the caller's signal when that aborted, else a KubeError. */
export function exchangeError(cause: unknown, request: KubeRequest, deadline: AbortSignal, server: string): unknown {
  if (cause instanceof KubeError) return cause;
  if (request.signal?.aborted) return request.signal.reason;
  const what = `${verbOf(request)} ${describeTarget(request.path)}`;
  if (deadline.aborted) {
    const seconds = (request.deadlineMs ?? defaultDeadlineMs) / 1000;
    return new KubeError(`${what}: no response from ${server} within ${seconds} s. Keelson retries later.`, {
      code: 'timeout',
    });
  }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'connection failed';
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    const message = `${what}: the response has more than ${bounds.kubeAnswerBytes} bytes.`;
    return new KubeError(message, { code: 'too-large', cause });
  }
  return new KubeError(
    `${what}: ${server} cannot be reached (${code}). Check that the API server runs and that its address and certificate authority are right; Keelson retries later.`,
    { code: 'unavailable', cause },
  );
}
