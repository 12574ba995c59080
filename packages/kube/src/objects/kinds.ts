import type { WorkloadKey, WorkloadKind } from '@keelson/core';
import type { Fields } from '../fields.ts';
import { fields } from '../fields.ts';

interface KindFacts {
  readonly apiVersion: string;
  readonly plural: string;
  /** The path of the pod template in the object. */
  readonly template: readonly string[];
}

const facts: Readonly<Record<WorkloadKind, KindFacts>> = {
  Deployment: { apiVersion: 'apps/v1', plural: 'deployments', template: ['spec', 'template'] },
  StatefulSet: { apiVersion: 'apps/v1', plural: 'statefulsets', template: ['spec', 'template'] },
  DaemonSet: { apiVersion: 'apps/v1', plural: 'daemonsets', template: ['spec', 'template'] },
  CronJob: { apiVersion: 'batch/v1', plural: 'cronjobs', template: ['spec', 'jobTemplate', 'spec', 'template'] },
};

export function apiVersionOf(kind: WorkloadKind): string {
  return facts[kind].apiVersion;
}

/** `['spec', 'template']`, or the longer path of a CronJob. */
export function templatePathOf(kind: WorkloadKind): readonly string[] {
  return facts[kind].template;
}

/** The pod template of an object as the API server sends it; empty when it has none. */
export function templateOf(kind: WorkloadKind, object: unknown): Fields {
  return fields(templatePathOf(kind).reduce<unknown>((value, key) => fields(value)[key], object));
}

/** The path of a list, in one namespace or in all: `/apis/apps/v1/namespaces/shop/deployments`. */
export function listPath(apiVersion: string, plural: string, namespace?: string): string {
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  return `${root}${namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`}/${plural}`;
}

export function workloadListPath(kind: WorkloadKind, namespace?: string): string {
  return listPath(facts[kind].apiVersion, facts[kind].plural, namespace);
}

export function workloadPath({ kind, namespace, name }: WorkloadKey): string {
  return `${workloadListPath(kind, namespace)}/${encodeURIComponent(name)}`;
}
