import type { KubeHttp } from '@keelson/kube';
import { getIfThere } from '@keelson/kube';
import { z } from 'zod';
import { probe } from './probe.ts';
import type { Line } from './schema.ts';

const deployment = z.object({
  spec: z.object({ replicas: z.number().default(1) }),
  status: z.object({ availableReplicas: z.number().default(0) }).default({ availableReplicas: 0 }),
});

const apply = 'Let Flux apply infrastructure/keelson, or apply it yourself: kubectl apply -k infrastructure/keelson';

/** Keelson's own namespace, its API and its worker, as in infrastructure/keelson. */
export async function keelson(http: KubeHttp, namespace: string): Promise<readonly Line[]> {
  const space = await probe('namespace', async () => {
    if (await getIfThere(http, `/api/v1/namespaces/${namespace}`)) return [];
    const message = `There is no namespace ${namespace}: Keelson is not installed here.`;
    return [{ code: 'namespace', status: 'missing', message, remedy: apply }];
  });
  if (space.some(({ status }) => status === 'missing')) return space;
  const parts = await Promise.all(
    ['keelson-api', 'keelson-worker'].map((name) => probe('deployment', () => part(http, namespace, name))),
  );
  return [...space, ...parts.flat()];
}

async function part(http: KubeHttp, namespace: string, name: string): Promise<readonly Line[]> {
  const object = await getIfThere(http, `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`);
  const code = 'deployment';
  if (object === undefined) {
    const message = `There is no Deployment ${namespace}/${name}.`;
    return [{ code, status: 'missing', message, remedy: apply }];
  }
  const { spec, status } = deployment.parse(object);
  const share = `${status.availableReplicas} of ${spec.replicas} pods of Deployment ${namespace}/${name} are available.`;
  if (status.availableReplicas > 0) return [{ code, status: 'ok', message: share }];
  const remedy = `Find out why: kubectl -n ${namespace} describe deployment ${name}; kubectl -n ${namespace} logs deployment/${name}`;
  return [{ code, status: 'missing', message: share, remedy }];
}
