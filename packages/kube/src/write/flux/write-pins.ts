import { ConflictError, KubeError } from '../../http/kube-error.ts';
import type { KubeHttp } from '../../http/request.ts';
import { fieldManager } from '../../keys.ts';
import type { PinChange } from './change-pins.ts';
import { changePins } from './change-pins.ts';
import type { Kustomization, KustomizationKey } from './kustomization.ts';
import { getKustomization, kustomizationPath, readKustomization } from './kustomization.ts';

/** Flux writes its status several times in one reconciliation, and each write changes the resourceVersion. */
const tries = 8;

function isStale(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 409 || (error.status === 422 && !error.namesField));
}

/**
 * Reads a Kustomization, changes Keelson's pins in it, and writes exactly that, guarded by its resourceVersion; starts again where it changed in between.
 * The change may depend on what was read.
 *
 * @returns what is there now; undefined where the Kustomization does not exist
 * @throws ConflictError when it changed in between each time
 */
export async function writePins(
  http: KubeHttp,
  key: KustomizationKey,
  change: (read: Kustomization) => PinChange | Promise<PinChange>,
  signal?: AbortSignal,
): Promise<Kustomization | undefined> {
  let cause: unknown;
  for (let tried = 0; tried < tries; tried += 1) {
    const read = await getKustomization(http, key, signal);
    if (read === undefined) return undefined;
    const body = changePins(read, await change(read));
    if (body.length === 0) return read;
    try {
      const answer = await http.request({
        method: 'PATCH',
        path: kustomizationPath(key),
        query: { fieldManager },
        contentType: 'application/json-patch+json',
        body,
        signal,
      });
      return readKustomization(answer) ?? read;
    } catch (error) {
      if (!isStale(error)) throw error;
      cause = error;
    }
  }
  throw new ConflictError(
    `Kustomization ${key.namespace}/${key.name} changed each of ${tries} times between reading and writing it.`,
    { cause },
  );
}
