import { KubeError } from '@keelson/kube';
import type { Line } from './schema.ts';

/** The lines of one part of the diagnosis or, where the API server refuses, a line that says so: the other parts go on. */
export async function probe(code: string, read: () => Promise<readonly Line[]>): Promise<readonly Line[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    const remedy = error.code === 'forbidden' ? 'Use credentials that may read it.' : 'Try again later.';
    return [{ code, status: 'unseen', message: error.message, remedy }];
  }
}
