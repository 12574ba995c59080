import type { KubeHttp } from '../http/request.ts';
import type { Workload } from '../types.ts';
import { guardedPatch } from './guarded-patch.ts';
import { stateKey } from './keys.ts';

/**
 * The annotation of our state alone. Last one wins: it is the mirror of what Redis knows, so the newest text is right whatever was there.
 *
 * @throws ConflictError when the object is another one under the same name
 */
export async function writeState(
  http: KubeHttp,
  workload: Workload,
  state: string | undefined,
  signal?: AbortSignal,
): Promise<void> {
  await guardedPatch(http, workload, {
    contentType: 'application/merge-patch+json',
    body: { metadata: { uid: workload.uid, annotations: { [stateKey]: state ?? null } } },
    // Another uid under the same name is answered 422 "metadata.uid: field is immutable".
    isStale: ({ namesField }) => namesField === 'metadata.uid',
    signal,
  });
}
