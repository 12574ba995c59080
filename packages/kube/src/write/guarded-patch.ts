import { optional } from '../fields.ts';
import { ConflictError, KubeError } from '../http/kube-error.ts';
import type { KubeHttp, KubeRequest } from '../http/request.ts';
import { workloadPath } from '../objects/kinds.ts';
import type { Workload, WriteResult } from '../types.ts';
import { fieldManager } from './field-manager.ts';
import { nameOf } from './find-container.ts';
import { resultOf } from './result.ts';

interface GuardedPatch extends Required<Pick<KubeRequest, 'contentType' | 'body'>> {
  /** Takes fields that another manager owns, which only server-side apply asks for. @default false */
  readonly force?: boolean;
  /** Tells a 422 by which the API server says that the guard did not hold from one for a value that it refused. */
  readonly isStale: (refusal: KubeError) => boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends a patch that carries its own guard, under our name (law 3).
 *
 * @throws ConflictError when the guard did not hold: nothing was written
 */
export async function guardedPatch(
  http: KubeHttp,
  workload: Workload,
  { contentType, body, force, isStale, signal }: GuardedPatch,
): Promise<WriteResult> {
  try {
    const answer = await http.request({
      method: 'PATCH',
      path: workloadPath(workload),
      query: { fieldManager, force },
      contentType,
      body,
      ...optional('signal', signal),
    });
    return resultOf(answer, workload);
  } catch (error) {
    const stale = error instanceof KubeError && (error.status === 409 || (error.status === 422 && isStale(error)));
    if (!stale) throw error;
    throw new ConflictError(`${nameOf(workload)} was changed since it was read, so nothing was written.`, {
      cause: error,
    });
  }
}
