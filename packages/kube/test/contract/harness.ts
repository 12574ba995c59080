import { randomUUID } from 'node:crypto';
import type { ApiAccess } from '@keelson/simulator';
import { fields, list } from '../../src/fields.ts';
import { KubeError } from '../../src/http/kube-error.ts';
import type { KubeHttp } from '../../src/index.ts';
import { connect } from '../../src/index.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

type Outcome = 'ready' | 'crash' | 'unready' | 'oom' | 'config-error' | 'complete';

const outcomes: readonly Outcome[] = ['crash', 'unready', 'oom', 'config-error', 'complete'];

/** What an image does in a pod, by the start of its tag. Images of `apps.test` are in no registry. */
export function outcomeByTag(image: string): Outcome {
  const tag = image.slice(image.lastIndexOf(':') + 1);
  return outcomes.find((outcome) => tag.startsWith(outcome)) ?? 'ready';
}

/** Where there are logs: an image that writes the lines one to nine, then crashes. */
export const loggingHost = 'logs.test';
export const loggingImage = `${loggingHost}/team/web:latest`;

/** Nothing can be pulled from here. */
export const missingHost = 'missing.test';

/** What a cluster has to offer to be put to the test: it makes of images what `outcomeByTag` says. */
export interface ContractCluster {
  readonly kubeconfig: string;
  readonly server: string;
  /** Of its administrator; only where roles are enforced. */
  readonly access?: ApiAccess;
  /** Whether it enforces ResourceQuotas. */
  readonly quotas: boolean;
  /** A list's path and a resourceVersion that the cluster has forgotten. */
  expired(): Promise<{ readonly path: string; readonly resourceVersion: string }>;
  stop(): Promise<void>;
}

export interface Harness {
  readonly cluster: ContractCluster;
  /** Straight to the cluster. */
  readonly http: KubeHttp;
  /** To the same cluster, through `proxy`. */
  readonly proxied: KubeHttp;
  readonly proxy: TcpProxy;
  /** A namespace of the test's own. */
  readonly namespace: () => Promise<string>;
  readonly create: (namespace: string, object: { readonly apiVersion: string; readonly kind: string }) => Promise<void>;
  /** A change by a field manager other than Keelson. */
  readonly edit: (path: string, patch: unknown, manager?: string) => Promise<void>;
  readonly remove: (path: string) => Promise<void>;
  stop(): Promise<void>;
}

const plurals: Readonly<Record<string, string>> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  CronJob: 'cronjobs',
  Job: 'jobs',
  ResourceQuota: 'resourcequotas',
  Secret: 'secrets',
  ServiceAccount: 'serviceaccounts',
};

export async function startHarness(cluster: ContractCluster): Promise<Harness> {
  const proxy = await startTcpProxy(Number(new URL(cluster.server).port));
  const through = cluster.server.replace(/:\d+$/, `:${proxy.port}`);
  const http = await connect({ kubeconfigText: cluster.kubeconfig });
  const proxied = await connect({ kubeconfigText: cluster.kubeconfig.replaceAll(cluster.server, through) });

  return {
    cluster,
    http,
    proxied,
    proxy,
    async namespace() {
      const name = `t-${randomUUID().slice(0, 8)}`;
      const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
      await http.request({ method: 'POST', path: '/api/v1/namespaces', body });
      // Without it pods are refused. The controllers make it too, a moment later.
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
      await unlessThere(
        http.request({ method: 'POST', path: `/api/v1/namespaces/${name}/serviceaccounts`, body: account }),
      );
      return name;
    },
    async create(namespace, object) {
      const root = object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`;
      const path = `${root}/namespaces/${namespace}/${plurals[object.kind]}`;
      await http.request({ method: 'POST', path, query: { fieldManager: 'other-manager' }, body: object });
    },
    async edit(path, patch, manager = 'other-manager') {
      const contentType = 'application/merge-patch+json';
      await http.request({ method: 'PATCH', path, query: { fieldManager: manager }, contentType, body: patch });
    },
    async remove(path) {
      await http.request({ method: 'DELETE', path, body: { propagationPolicy: 'Background' } });
    },
    async stop() {
      await Promise.all([http.close(), proxied.close()]);
      await proxy.stop();
      await cluster.stop();
    },
  };
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!(error instanceof KubeError && error.code === 'conflict')) throw error;
  });
}

/** The managers that an object's managedFields name, each with its operation. */
export function managersOf(object: unknown): readonly string[] {
  const entries = list(fields(fields(object).metadata).managedFields).map(fields);
  return entries.map(({ manager, operation }) => `${String(manager)}/${String(operation)}`);
}
