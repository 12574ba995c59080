import type { KubeHttp } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import type { Line } from './schema.ts';

/** The object at a path; undefined where it, or its kind, is not there. */
export async function find(http: KubeHttp, path: string): Promise<unknown> {
  try {
    return await http.request({ path });
  } catch (error) {
    if (error instanceof KubeError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** What a look says, or that it could not look: one thing that may not be read hides no other. */
export async function looked(code: string, look: () => Promise<readonly Line[]>): Promise<readonly Line[]> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const remedy = error.code === 'forbidden' ? 'Look with credentials that may read it.' : 'Try again later.';
    return [{ code, status: 'unseen', message: error.message, remedy }];
  }
}
