import type { KubeError } from '../http/kube-error.ts';
import { ConflictError, isStale } from '../http/kube-error.ts';
import type { KubeHttp, KubeRequest } from '../http/request.ts';
import { fieldManager } from '../keys.ts';
import { workloadPath } from '../objects/kinds.ts';
import { readWorkload } from '../objects/workload.ts';
import type { Workload } from '../types.ts';
import { nameOf } from './find-container.ts';
import type { WriteResult } from './types.ts';

interface GuardedPatch extends Required<Pick<KubeRequest, 'contentType' | 'body'>> {
  /** Takes fields that another manager owns; for server-side apply only. @default false */
  readonly force?: boolean;
  /** True for a 422 which means that the guard failed, false for one that refuses a value. */
  readonly isGuard: (refusal: KubeError) => boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends a patch that carries its own guard, under Keelson's field manager (law 3).
 *
 * @throws ConflictError when the guard failed: nothing was written
 */
export async function guardedPatch(
  http: KubeHttp,
  workload: Workload,
  { contentType, body, force, isGuard, signal }: GuardedPatch,
): Promise<WriteResult> {
  try {
    const answer = await http.request({
      method: 'PATCH',
      path: workloadPath(workload),
      query: { fieldManager, force },
      contentType,
      body,
      signal,
    });
    return resultOf(readWorkload(workload.kind, answer) ?? workload);
  } catch (error) {
    if (!isStale(error, isGuard)) throw error;
    throw new ConflictError(`${nameOf(workload)} was changed since it was read, so nothing was written.`, {
      cause: error,
    });
  }
}

/** The result of a write: from the whole object that the API server answers with, or from one that carried everything already. */
export function resultOf({ generation, templateHash, foreignHash, containers }: Workload): WriteResult {
  return { generation, templateHash, foreignHash, containers };
}
