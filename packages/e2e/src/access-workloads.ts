import { dirname } from 'node:path/posix';
import type { KubeManifest } from '@keelson/simulator';
import { startHelm } from '@keelson/simulator';
import { fluxCrds } from '@keelson/testkit';
import type { AccessEnv } from './access-env.ts';
import { followed } from './access-env.ts';
import { exampleAnnotations } from './manifests.ts';
import type { TestNamespace } from './test-namespace.ts';

/** One workload for each write path that needs a right of its own, all of one image. By name, its id. */
export const workloads = {
  // Its image itself; and its pull secret.
  plain: `${followed}/deployment/plain`,
  // By an entry of its Kustomization.
  owned: `${followed}/deployment/owned`,
  // Its HelmRelease, which no role lets Keelson write into.
  released: `${followed}/deployment/released`,
  // Its labels name owners in its own namespace, which are not in this cluster.
  claimed: `${followed}/deployment/claimed`,
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
  claimed: `/apis/apps/v1/namespaces/${followed}/deployments/claimed`,
  database: `/apis/apps/v1/namespaces/${followed}/statefulsets/database`,
  agent: `/apis/apps/v1/namespaces/${followed}/daemonsets/agent`,
  nightly: `/apis/batch/v1/namespaces/${followed}/cronjobs/nightly`,
} as const satisfies Record<keyof typeof workloads, string>;

const metadata = (name: string) => ({ name, namespace: followed, annotations: exampleAnnotations });

/** Owners that are not here: as where Flux runs in another cluster. */
const labels = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': followed,
  'helm.toolkit.fluxcd.io/name': 'claimed',
  'helm.toolkit.fluxcd.io/namespace': followed,
};

function containerOf(ns: TestNamespace) {
  return { name: 'app', image: ns.image('latest'), imagePullPolicy: 'Always' };
}

function selected(ns: TestNamespace, app: string, more: object = {}) {
  return {
    selector: { matchLabels: { app } },
    template: { metadata: { labels: { app } }, spec: { containers: [containerOf(ns)], ...more } },
  };
}

function ownedBy(ns: TestNamespace, about: KubeManifest['metadata']): KubeManifest {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: about, spec: selected(ns, 'owned') };
}

/** The annotations of the one that Flux applies are removed in git: Flux restores what is removed in the cluster only. */
export async function leaveInGit({ env, ns }: AccessEnv): Promise<void> {
  env.flux().commit('myapp', ownedBy(ns, { name: 'owned', namespace: followed }));
  await env.flux().reconcile('myapp');
}

/** Makes all of them, running what `latest` is. */
export async function makeWorkloads({ env, ns }: AccessEnv): Promise<void> {
  const { kube } = env;
  const flux = env.flux();
  const make = (group: string, kind: string, name: keyof typeof paths, spec: object, more: object = {}) =>
    kube.request({
      method: 'POST',
      path: dirname(paths[name]),
      body: { apiVersion: group, kind, metadata: { ...metadata(name), ...more }, spec },
    });

  await kube.request({ method: 'POST', path: `/api/v1/namespaces/${followed}/secrets`, body: pullSecret });
  await make(
    'apps/v1',
    'Deployment',
    'plain',
    selected(ns, 'plain', { imagePullSecrets: [{ name: pullSecret.metadata.name }] }),
  );
  await make('apps/v1', 'Deployment', 'claimed', selected(ns, 'claimed'), { labels });
  await make('apps/v1', 'StatefulSet', 'database', {
    serviceName: 'database',
    replicas: 2,
    ...selected(ns, 'database'),
  });
  await make('apps/v1', 'DaemonSet', 'agent', selected(ns, 'agent'));
  const pod = { spec: { restartPolicy: 'Never', containers: [containerOf(ns)] } };
  const jobTemplate = { spec: { backoffLimit: 0, template: pod } };
  await make('batch/v1', 'CronJob', 'nightly', { schedule: '0 0 1 1 *', jobTemplate });

  const owned = ownedBy(ns, metadata('owned'));
  // One that the Role names.
  await flux.bootstrap('myapp');
  flux.commit('myapp', owned);
  await flux.reconcile('myapp');
  const helm = await startHelm(env.access, { watchMs: 200, pollMs: 200, crds: fluxCrds() });
  ns.onClose(() => helm.stop());
  // Its image is pushed later.
  await helm.bootstrap('released', { install: { disableWait: true } });
  helm.chart('released', { ...owned, metadata: metadata('released'), spec: selected(ns, 'released') });
  await helm.reconcile('released');
}

const pullSecret = {
  // The name that the role has.
  metadata: { name: 'registry', namespace: followed },
  type: 'kubernetes.io/dockerconfigjson',
  stringData: {
    '.dockerconfigjson': JSON.stringify({
      auths: { 'registry.gitlab.com': { auth: Buffer.from('deploy:not-a-secret').toString('base64') } },
    }),
  },
};
