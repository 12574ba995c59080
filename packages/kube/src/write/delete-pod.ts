import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { listPath } from '../objects/kinds.ts';
import type { Pod } from '../types.ts';

/** Deletes exactly this pod, by uid. A pod that is gone, or another of the same name, is no error. */
export async function deletePod(
  http: KubeHttp,
  { namespace, name, uid }: Pick<Pod, 'namespace' | 'name' | 'uid'>,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await http.request({
      method: 'DELETE',
      path: `${listPath('v1', 'pods', namespace)}/${encodeURIComponent(name)}`,
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
      signal,
    });
  } catch (error) {
    if (error instanceof KubeError && (error.status === 404 || error.status === 409)) return;
    throw error;
  }
}
