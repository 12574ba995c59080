import type { WorkloadKey, WorkloadKind } from '@keelson/core';
import { vi } from 'vitest';
import { fields, list, strings } from '../../src/fields.ts';
import { listPath, workloadPath } from '../../src/objects/kinds.ts';
import { readPod } from '../../src/objects/pod.ts';
import { readReplicaSet } from '../../src/objects/replica-set.ts';
import { readWorkload } from '../../src/objects/workload.ts';
import type { ContainerState, Pod, Workload } from '../../src/types.ts';
import { makers } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';

/** What Keelson reads of a ReplicaSet, and what only these tests check. */
function readWholeReplicaSet(object: unknown) {
  const replicaSet = readReplicaSet(object);
  const { metadata, spec } = fields(object);
  const { name, labels } = fields(metadata);
  const podTemplateHash = strings(labels)['pod-template-hash'];
  return replicaSet && { ...replicaSet, name, podTemplateHash, replicas: fields(spec).replicas };
}

/** The same of a pod: all of its labels. */
function readWholePod(object: unknown): Pod | undefined {
  const pod = readPod(object);
  return pod && { ...pod, labels: strings(fields(fields(object).metadata).labels) };
}

/** Workloads in namespaces of their own, and what the controllers make of them. */
export function givenWorkloads(harness: () => Harness) {
  async function get(key: WorkloadKey): Promise<Workload> {
    const workload = readWorkload(key.kind, await harness().http.request({ path: workloadPath(key) }));
    if (workload === undefined) throw new Error('not readable');
    return workload;
  }

  async function all<T>(plural: string, namespace: string, read: (object: unknown) => T | undefined): Promise<T[]> {
    const path = listPath(plural === 'pods' ? 'v1' : 'apps/v1', plural, namespace);
    const answer = fields(await harness().http.request({ path }));
    return list(answer.items).flatMap((item) => read(item) ?? []);
  }
  const pods = (namespace: string) => all('pods', namespace, readWholePod);
  const replicaSets = (namespace: string) => all('replicasets', namespace, readWholeReplicaSet);

  async function given(kind: WorkloadKind, image?: string, replicas = 1): Promise<WorkloadKey> {
    const { namespace, create } = harness();
    const key = { namespace: await namespace(), kind, name: 'web' };
    await create(key.namespace, makers[kind]('web', { replicas, ...(image === undefined ? {} : { image }) }));
    return key;
  }

  const rolledOut = (key: WorkloadKey) =>
    vi.waitUntil(async () => {
      const workload = await get(key);
      const { status, generation, replicas } = workload;
      const there = status.updated === replicas && status.available === replicas && status.replicas === replicas;
      return status.observedGeneration === generation && replicas > 0 && there && workload;
    }, soon);

  async function setImage(key: WorkloadKey, image: string): Promise<void> {
    const { edit } = harness();
    await edit(workloadPath(key), { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } });
  }

  /** The state of the container of some pod, once it is as wanted. */
  const container = (namespace: string, wanted: (state: ContainerState) => boolean) =>
    vi.waitUntil(async () => (await pods(namespace)).flatMap((pod) => pod.containers).find(wanted), soon);

  return { get, given, pods, replicaSets, rolledOut, setImage, container };
}
