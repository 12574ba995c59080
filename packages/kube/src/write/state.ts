import type { KubeHttp } from '../http/request.ts';
import { stateKey } from '../keys.ts';
import type { Workload } from '../types.ts';
import { guardedPatch } from './guarded-patch.ts';
import type { WriteOptions } from './types.ts';

/** The state annotation to write together with a pin; empty where the state is to stay as it is. */
export function stateOf({ state }: WriteOptions = {}): Readonly<Record<string, string>> {
  return state === undefined ? {} : { [stateKey]: state };
}

/**
 * Writes the state annotation alone; undefined removes it. The last write wins: the annotation mirrors what Redis knows, so the newest text is
 * right whatever stood there.
 *
 * @throws ConflictError when the object was deleted and made again under the same name
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
    isGuard: ({ namesField }) => namesField === 'metadata.uid',
    signal,
  });
}
