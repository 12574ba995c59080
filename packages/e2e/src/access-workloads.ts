import { dirname } from 'node:path/posix';
import type { KubeManifest } from '@keelson/simulator';
import { startHelm } from '@keelson/simulator';
import { fluxCrds } from '@keelson/testkit';
import type { AccessEnv } from './access-env.ts';
import { followed } from './access-env.ts';
import { exampleAnnotations } from './manifests.ts';

/** One workload for each write path that needs a right of its own, all of one image. By name, its id. */
export const workloads = {
  // Its image itself; and its pull secret.
  plain: `${followed}/deployment/plain`,
  // By an entry of its Kustomization.
  owned: `${followed}/deployment/owned`,
  // Its HelmRelease, which no role lets Keelson write into.
  released: `${followed}/deployment/released`,
  // By the deletion of its stuck pod.
  database: `${followed}/statefulset/database`,
  agent: `${followed}/daemonset/agent`,
  nightly: `${followed}/cronjob/nightly`,
} as const;

/** Where each is. */
export const paths = {
  plain: `/apis/apps/v1/namespaces/${followed}/deployments/plain`,
  owned: `/apis/apps/v1/namespaces/${followed}/deployments/owned`,
  released: `/apis/apps/v1/namespaces/${followed}/deployments/released`,
  database: `/apis/apps/v1/namespaces/${followed}/statefulsets/database`,
  agent: `/apis/apps/v1/namespaces/${followed}/daemonsets/agent`,
  nightly: `/apis/batch/v1/namespaces/${followed}/cronjobs/nightly`,
} as const satisfies Record<keyof typeof workloads, string>;

/** Makes all of them, running what `latest` is. */
export async function makeWorkloads({ env, ns }: AccessEnv): Promise<void> {
  const { kube } = env;
  const flux = env.flux();
  const container = { name: 'app', image: ns.image('latest'), imagePullPolicy: 'Always' };
  const metadata = (name: string) => ({ name, namespace: followed, annotations: exampleAnnotations });
  const selected = (app: string, more: object = {}) => ({
    selector: { matchLabels: { app } },
    template: { metadata: { labels: { app } }, spec: { containers: [container], ...more } },
  });
  const make = (group: string, kind: string, name: keyof typeof paths, spec: object) =>
    kube.request({
      method: 'POST',
      path: dirname(paths[name]),
      body: { apiVersion: group, kind, metadata: metadata(name), spec },
    });

  await kube.request({ method: 'POST', path: `/api/v1/namespaces/${followed}/secrets`, body: pullSecret });
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
  // One that the Role names.
  await flux.bootstrap('myapp');
  flux.commit('myapp', owned);
  await flux.reconcile('myapp');
  const helm = await startHelm(env.access, { watchMs: 200, pollMs: 200, crds: fluxCrds() });
  ns.onClose(() => helm.stop());
  // Its image is pushed later.
  await helm.bootstrap('released', { install: { disableWait: true } });
  helm.chart('released', { ...owned, metadata: metadata('released'), spec: selected('released') });
  await helm.reconcile('released');
}

const pullSecret = {
  metadata: { name: 'pull', namespace: followed },
  type: 'kubernetes.io/dockerconfigjson',
  stringData: {
    '.dockerconfigjson': JSON.stringify({
      auths: { 'registry.gitlab.com': { auth: Buffer.from('deploy:not-a-secret').toString('base64') } },
    }),
  },
};
