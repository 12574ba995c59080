import { ConflictError, isStale } from '../../http/kube-error.ts';
import type { KubeHttp } from '../../http/request.ts';
import { fieldManager } from '../../keys.ts';
import type { Operation } from '../json-patch.ts';
import { pointer } from '../json-patch.ts';
import type { Kustomization, KustomizationKey } from './kustomization.ts';
import { getKustomization, kustomizationPath, readKustomization } from './kustomization.ts';

/** Flux writes its status several times in one reconciliation, and each write changes the resourceVersion. */
const tries = 8;

/** What was read guards the patch; a JSON patch adds no key to a map that does not exist. */
function guarded({ uid, resourceVersion, annotations }: Kustomization, operations: readonly Operation[]) {
  const map = pointer('metadata', 'annotations');
  const needsMap = annotations === undefined && operations.some(({ path }) => path.startsWith(`${map}/`));
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    ...(needsMap ? [{ op: 'add', path: map, value: {} }] : []),
    ...operations,
  ];
}

/**
 * Reads a Kustomization and writes exactly these operations, guarded by its resourceVersion; starts again where it changed in between.
 *
 * @returns what is there now; undefined where the Kustomization does not exist
 * @throws ConflictError when it changed in between each time
 */
export async function patchKustomization(
  http: KubeHttp,
  key: KustomizationKey,
  operationsFor: (read: Kustomization) => readonly Operation[] | Promise<readonly Operation[]>,
  signal?: AbortSignal,
): Promise<Kustomization | undefined> {
  let cause: unknown;
  for (let tried = 0; tried < tries; tried += 1) {
    const read = await getKustomization(http, key, signal);
    if (read === undefined) return undefined;
    const operations = await operationsFor(read);
    if (operations.length === 0) return read;
    try {
      const answer = await http.request({
        method: 'PATCH',
        path: kustomizationPath(key),
        query: { fieldManager },
        contentType: 'application/json-patch+json',
        body: guarded(read, operations),
        signal,
      });
      return readKustomization(answer) ?? read;
    } catch (error) {
      if (!isStale(error, ({ namesField }) => !namesField)) throw error;
      cause = error;
    }
  }
  throw new ConflictError(
    `Kustomization ${key.namespace}/${key.name} changed each of ${tries} times between reading and writing it.`,
    { cause },
  );
}
