import type { WorkloadKind } from '@keelson/core';

/** What a test may say of a workload; the rest is the least that the API server takes. */
export interface Given {
  readonly image?: string;
  readonly replicas?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly templateAnnotations?: Readonly<Record<string, string>>;
  readonly sidecar?: string;
  readonly init?: string;
  /** The image of an init container that goes on running beside the others. */
  readonly proxy?: string;
  readonly pullPolicy?: string;
  readonly env?: readonly Readonly<Record<string, unknown>>[];
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Of a CronJob's runs: `backoffLimit`. */
  readonly retries?: number;
}

export const firstImage = 'apps.test/team/web:latest';

export function digest(letter: string): `sha256:${string}` {
  return `sha256:${letter.repeat(64)}`;
}

function template(name: string, given: Given, restartPolicy?: string) {
  const { image = firstImage, sidecar, init, proxy, pullPolicy, env } = given;
  const initContainers = [
    ...(proxy === undefined ? [] : [{ name: 'proxy', image: proxy, restartPolicy: 'Always' }]),
    ...(init === undefined ? [] : [{ name: 'setup', image: init }]),
  ];
  const policy = pullPolicy === undefined ? {} : { imagePullPolicy: pullPolicy };
  return {
    metadata: { labels: { app: name }, annotations: given.templateAnnotations ?? {} },
    spec: {
      terminationGracePeriodSeconds: 0,
      ...(restartPolicy === undefined ? {} : { restartPolicy }),
      containers: [
        { name: 'app', image, ...policy, ...(env && { env }) },
        ...(sidecar === undefined ? [] : [{ name: 'sidecar', image: sidecar }]),
      ],
      ...(initContainers.length === 0 ? {} : { initContainers }),
    },
  };
}

function metadata(name: string, { labels, annotations }: Given) {
  return { name, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) };
}

export function deployment(name: string, given: Given = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(name, given),
    spec: {
      replicas: given.replicas ?? 1,
      selector: { matchLabels: { app: name } },
      template: template(name, given),
      ...given.spec,
    },
  };
}

export function statefulSet(name: string, given: Given = {}) {
  const { spec, ...rest } = deployment(name, given);
  return { ...rest, kind: 'StatefulSet', spec: { ...spec, serviceName: name } };
}

/** One without replicas wants a node that does not exist, so it has no pods either. */
export function daemonSet(name: string, given: Given = {}) {
  const { spec, ...rest } = deployment(name, given);
  const { replicas, template: pods, ...without } = spec;
  const nowhere = replicas === 0 ? { nodeSelector: { 'kubernetes.io/hostname': 'nowhere' } } : {};
  return {
    ...rest,
    kind: 'DaemonSet',
    spec: { ...without, template: { ...pods, spec: { ...pods.spec, ...nowhere } } },
  };
}

export function cronJob(name: string, given: Given = {}) {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadata(name, given),
    spec: {
      schedule: '0 0 1 1 *',
      jobTemplate: { spec: { backoffLimit: given.retries ?? 6, template: template(name, given, 'Never') } },
    },
  };
}

export const kinds: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'];

export const makers = { Deployment: deployment, StatefulSet: statefulSet, DaemonSet: daemonSet, CronJob: cronJob };
