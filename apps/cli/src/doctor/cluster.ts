import type { KubeHttp } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import { z } from 'zod';
import type { Line } from './schema.ts';

const version = z.object({ gitVersion: z.string() });

/** Whether the cluster answers, and its version of Kubernetes. */
export async function cluster(http: KubeHttp): Promise<Line> {
  try {
    const { gitVersion } = version.parse(await http.request({ path: '/version', deadlineMs: 5_000 }));
    return {
      code: 'cluster',
      status: 'ok',
      message: `The cluster at ${http.server} answers: Kubernetes ${gitVersion}.`,
    };
  } catch (error) {
    if (!(error instanceof KubeError) && !(error instanceof z.ZodError)) throw error;
    const message = error instanceof KubeError ? error.message : `${http.server} is not an API server of Kubernetes.`;
    return { code: 'cluster', status: 'missing', message, remedy: 'Set KUBECONFIG to a cluster that answers.' };
  }
}
