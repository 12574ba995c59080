import { dirname } from 'node:path/posix';
import type { KubeManifest } from '@keelson/simulator';
import type { AccessGround } from './access-ground.ts';
import { FOLLOWED } from './access-ground.ts';
import { POST } from './manifests.ts';

/** One workload for each way of writing that needs a right of its own, all of one image. By name, its id. */
export const WORKLOADS = {
  // Its image itself; and its pull secret.
  plain: `${FOLLOWED}/deployment/plain`,
  // By an entry of its Kustomization.
  owned: `${FOLLOWED}/deployment/owned`,
  // By the deletion of its stuck pod.
  database: `${FOLLOWED}/statefulset/database`,
  agent: `${FOLLOWED}/daemonset/agent`,
  nightly: `${FOLLOWED}/cronjob/nightly`,
} as const;

/** Where each is. */
export const PATHS = {
  plain: `/apis/apps/v1/namespaces/${FOLLOWED}/deployments/plain`,
  owned: `/apis/apps/v1/namespaces/${FOLLOWED}/deployments/owned`,
  database: `/apis/apps/v1/namespaces/${FOLLOWED}/statefulsets/database`,
  agent: `/apis/apps/v1/namespaces/${FOLLOWED}/daemonsets/agent`,
  nightly: `/apis/batch/v1/namespaces/${FOLLOWED}/cronjobs/nightly`,
} as const satisfies Record<keyof typeof WORKLOADS, string>;

/** Makes all of them, running what `latest` is. */
export async function makeWorkloads({ stage, flux, scene }: AccessGround): Promise<void> {
  const { kube } = stage;
  const container = { name: 'app', image: scene.image('latest'), imagePullPolicy: 'Always' };
  const metadata = (name: string) => ({ name, namespace: FOLLOWED, annotations: POST });
  const selected = (app: string, more: object = {}) => ({
    selector: { matchLabels: { app } },
    template: { metadata: { labels: { app } }, spec: { containers: [container], ...more } },
  });
  const make = (group: string, kind: string, name: keyof typeof PATHS, spec: object) =>
    kube.request({
      method: 'POST',
      path: dirname(PATHS[name]),
      body: { apiVersion: group, kind, metadata: metadata(name), spec },
    });

  await kube.request({ method: 'POST', path: `/api/v1/namespaces/${FOLLOWED}/secrets`, body: PULL_SECRET });
  await make('apps/v1', 'Deployment', 'plain', selected('plain', { imagePullSecrets: [{ name: 'pull' }] }));
  await make('apps/v1', 'StatefulSet', 'database', { serviceName: 'database', replicas: 2, ...selected('database') });
  await make('apps/v1', 'DaemonSet', 'agent', selected('agent'));
  const pod = { spec: { restartPolicy: 'Never', containers: [container] } };
  const jobTemplate = { spec: { backoffLimit: 0, template: pod } };
  await make('batch/v1', 'CronJob', 'nightly', { schedule: '0 0 1 1 *', jobTemplate });

  const owned: KubeManifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata('owned'),
    spec: selected('owned'),
  };
  await flux.bootstrap('owned');
  flux.commit('owned', owned);
  await flux.reconcile('owned');
}

const PULL_SECRET = {
  metadata: { name: 'pull', namespace: FOLLOWED },
  type: 'kubernetes.io/dockerconfigjson',
  stringData: {
    '.dockerconfigjson': JSON.stringify({
      auths: { 'registry.gitlab.com': { auth: Buffer.from('deploy:not-a-secret').toString('base64') } },
    }),
  },
};
