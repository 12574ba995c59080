import { sleep } from '@keelson/core/wait';
import type { ApiClient } from '../api-client.ts';
import { fieldsOf, isFields } from '../cluster/json.ts';
import { versionOf } from './pass.ts';

const againMs = 100;

/** Calls `changed` with the name and the version of each Kustomization of a namespace, whenever it is written. Ends with the signal. */
export async function watchKustomizations(
  api: ApiClient,
  namespace: string,
  changed: (name: string, version: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations`;
  while (!signal.aborted) {
    try {
      for await (const { type, object } of api.watch(path)) {
        if (!isFields(object) || (type !== 'ADDED' && type !== 'MODIFIED')) continue;
        changed(String(fieldsOf(object['metadata'])['name']), versionOf(object));
      }
    } catch {
      // The connection broke: the next watch begins with what is there.
    }
    await sleep(againMs, signal);
  }
}
