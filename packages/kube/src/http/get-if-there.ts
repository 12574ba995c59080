import { KubeError } from './kube-error.ts';
import type { KubeHttp } from './request.ts';

/** An object as the API server sends it; undefined where it does not exist. */
export async function getIfThere(http: KubeHttp, path: string, signal?: AbortSignal): Promise<unknown> {
  try {
    return await http.request({ path, signal });
  } catch (error) {
    if (error instanceof KubeError && error.code === 'not-found') return undefined;
    throw error;
  }
}
