import { copy, equal } from '../../json.ts';
import { kinds } from '../../kinds/table.ts';
import type { KubeObject } from '../../objects/object.ts';
import { controllerOf, keyOf } from '../../objects/object.ts';
import type { PodTemplate } from '../../objects/pod.ts';
import type { Deployment, ReplicaSet } from '../../objects/workloads.ts';
import { isReplicaSet } from '../../objects/workloads.ts';
import type { Control } from '../control.ts';
import { controllerManager } from '../control.ts';
import { controllerReference } from '../pods.ts';
import { templateHash } from '../template-hash.ts';
import { fenceposts } from './surge.ts';

export const revisionAnnotation = 'deployment.kubernetes.io/revision';
const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history';
const desired = 'deployment.kubernetes.io/desired-replicas';
const max = 'deployment.kubernetes.io/max-replicas';
const hashLabel = 'pod-template-hash';

const own = new Set([
  revisionAnnotation,
  revisionHistoryAnnotation,
  desired,
  max,
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
]);
const asController = { manager: controllerManager };

/** A Deployment's ReplicaSets, oldest first. */
export interface ReplicaSets {
  readonly all: readonly ReplicaSet[];
  readonly newest: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

function withoutHash(template: PodTemplate): PodTemplate {
  const { [hashLabel]: _hash, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** The pods of equal templates are the same revision, whenever it was made: so a rollback finds its old ReplicaSet. */
export function replicaSetsOf(control: Control, deployment: Deployment): ReplicaSets {
  const { uid } = deployment.metadata;
  const owned = control.store.ownedBy(deployment).map(({ object }) => object);
  const all = owned.filter(isReplicaSet).filter((each) => controllerOf(each)?.uid === uid);
  all.sort((a, b) => creationOrder(a) - creationOrder(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
  const template = withoutHash(deployment.spec.template);
  const newest = all.find((each) => equal(withoutHash(each.spec.template), template));
  return { all, newest, old: all.filter((each) => each !== newest) };
}

function creationOrder(object: KubeObject): number {
  return Date.parse(object.metadata.creationTimestamp ?? '');
}

export function revisionOf(object: KubeObject): number {
  return Number(object.metadata.annotations?.[revisionAnnotation] ?? 0);
}

function sizes(deployment: Deployment): Record<string, string> {
  const replicas = deployment.spec.replicas ?? 1;
  return { [desired]: String(replicas), [max]: String(replicas === 0 ? 0 : replicas + fenceposts(deployment).surge) };
}

/** What a ReplicaSet carries of its Deployment's annotations. */
function inherited(deployment: Deployment): Record<string, string> {
  const entries = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !own.has(key));
  return Object.fromEntries(entries);
}

function freeName(control: Control, deployment: Deployment, hash: string): string {
  const { name, namespace } = deployment.metadata;
  const taken = control.store.get(kinds.replicaSet, `${namespace ?? ''}/${name}-${hash}`) !== undefined;
  return taken ? freeName(control, deployment, templateHash(hash)) : hash;
}

/** Makes the ReplicaSet of the present template, of that size. */
export function createReplicaSet(control: Control, deployment: Deployment, revision: number, replicas: number): void {
  const { spec, metadata } = deployment;
  const hash = freeName(control, deployment, templateHash(spec.template));
  const template = copy(spec.template);
  template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [hashLabel]: hash } };
  const selector = copy(spec.selector) ?? {};
  const object: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      labels: { ...template.metadata.labels },
      annotations: { ...inherited(deployment), ...sizes(deployment), [revisionAnnotation]: String(revision) },
      ownerReferences: [controllerReference(deployment)],
      uid: '',
      resourceVersion: '',
    },
    spec: {
      replicas,
      ...(spec.minReadySeconds === undefined ? {} : { minReadySeconds: spec.minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template,
    },
  };
  control.writer.create(kinds.replicaSet, object, asController);
}

/** Brings revision, sizes and inherited annotations of the newest ReplicaSet up to date. */
export function refresh(control: Control, deployment: Deployment, newest: ReplicaSet, revision: number): void {
  const before = newest.metadata.annotations ?? {};
  const old = before[revisionAnnotation];
  const moved = old !== undefined && old !== String(revision);
  const past = [before[revisionHistoryAnnotation], old].filter((each) => each !== undefined).join(',');
  const history = moved ? { [revisionHistoryAnnotation]: past } : {};
  const annotations = {
    ...before,
    ...inherited(deployment),
    ...sizes(deployment),
    ...history,
    [revisionAnnotation]: String(revision),
  };
  const { minReadySeconds } = deployment.spec;
  if (equal(annotations, before) && minReadySeconds === newest.spec.minReadySeconds) return;
  control.writer.change(kinds.replicaSet, keyOf(newest), asController, (live) => ({
    ...live,
    metadata: { ...live.metadata, annotations },
    spec: { ...newest.spec, ...(minReadySeconds === undefined ? {} : { minReadySeconds }) },
  }));
}

/** Sets the size of one ReplicaSet. */
export function resize(control: Control, deployment: Deployment, replicaSet: ReplicaSet, replicas: number): void {
  const from = replicaSet.spec.replicas ?? 1;
  if (from === replicas) return;
  control.writer.change(kinds.replicaSet, keyOf(replicaSet), asController, (live) => ({
    ...live,
    metadata: { ...live.metadata, annotations: { ...live.metadata.annotations, ...sizes(deployment) } },
    spec: { ...replicaSet.spec, replicas },
  }));
  const direction = replicas > from ? 'up' : 'down';
  const text = `Scaled ${direction} replica set ${replicaSet.metadata.name} from ${from} to ${replicas}`;
  control.events.record(deployment, 'Normal', 'ScalingReplicaSet', text, 'deployment-controller');
}

/** Old ReplicaSets without pods are kept up to revisionHistoryLimit. */
export function cleanUp(control: Control, deployment: Deployment, old: readonly ReplicaSet[]): void {
  const empty = old.filter(({ spec, status }) => spec.replicas === 0 && (status?.replicas ?? 0) === 0);
  const surplus = empty.length - (deployment.spec.revisionHistoryLimit ?? 10);
  const oldest = empty.toSorted((a, b) => revisionOf(a) - revisionOf(b)).slice(0, Math.max(0, surplus));
  for (const each of oldest) control.remover.remove(kinds.replicaSet, keyOf(each));
}
