import type { KubeHttp } from '@keelson/kube';
import { z } from 'zod';

const cronJob = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), uid: z.string() }),
  spec: z.object({
    jobTemplate: z.object({ metadata: z.looseObject({}).default({}), spec: z.looseObject({}) }),
  }),
});

/** Makes a Job of a CronJob now, as `kubectl create job --from` does. */
export async function runCronJob(kube: KubeHttp, namespace: string, name: string): Promise<void> {
  const found = await kube.request({ path: `/apis/batch/v1/namespaces/${namespace}/cronjobs/${name}` });
  const { metadata, spec } = cronJob.parse(found);
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name, uid: metadata.uid, controller: true };
  await kube.request({
    method: 'POST',
    path: `/apis/batch/v1/namespaces/${namespace}/jobs`,
    query: { fieldManager: 'kubectl-create' },
    body: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        ...spec.jobTemplate.metadata,
        generateName: `${name}-`,
        namespace,
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
        ownerReferences: [owner],
      },
      spec: spec.jobTemplate.spec,
    },
  });
}
