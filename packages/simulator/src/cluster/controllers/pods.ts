import { copy } from '../json.ts';
import { kinds } from '../kinds/table.ts';
import type { KubeObject, OwnerReference } from '../objects/object.ts';
import { controllerOf, keyOf } from '../objects/object.ts';
import type { Pod, PodTemplate } from '../objects/pod.ts';
import { isActive, isPod, isReady } from '../objects/pod.ts';
import type { Control } from './control.ts';
import { controllerManager } from './control.ts';

/** The reference of an object that controls others. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { name, uid } = owner.metadata;
  return { apiVersion: owner.apiVersion, kind: owner.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The pods that this object controls, in order of name. */
export function podsOf(control: Control, owner: KubeObject): Pod[] {
  const owned = control.store.ownedBy(owner).map(({ object }) => object);
  const pods = owned.filter(isPod).filter((pod) => controllerOf(pod)?.uid === owner.metadata.uid);
  return pods.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

export interface NewPod {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** Makes a pod of a template; undefined when the API server refuses it (a namespace that is ending). */
export function createPod(
  control: Control,
  owner: KubeObject,
  template: PodTemplate,
  { name, labels, spec }: NewPod,
): KubeObject | undefined {
  const { namespace } = owner.metadata;
  const from = copy(template);
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...from.metadata,
      name: name ?? '',
      ...(name === undefined ? { generateName: `${owner.metadata.name}-` } : {}),
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...from.metadata?.labels, ...labels },
      ownerReferences: [controllerReference(owner)],
      uid: '',
      resourceVersion: '',
    },
    spec: { ...from.spec, ...spec },
  };
  try {
    return control.writer.create(kinds.pod, pod, { manager: controllerManager });
  } catch (error) {
    control.events.record(owner, 'Warning', 'FailedCreate', `Error creating: ${String(error)}`, controllerManager);
    return undefined;
  }
}

export function deletePod(control: Control, pod: Pod): void {
  if (control.store.get(kinds.pod, keyOf(pod)) !== undefined) control.remover.remove(kinds.pod, keyOf(pod));
}

export interface PodCounts {
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly available: number;
  readonly terminating: number;
  /** Milliseconds until the next ready pod becomes available, if one is on its way there. */
  readonly nextAvailable: number | undefined;
}

export function countPods(control: Control, pods: readonly Pod[], minReadySeconds: number): PodCounts {
  const active = pods.filter(isActive);
  const waits = active.map((pod) => control.ready.untilAvailable(pod, minReadySeconds));
  const soon = waits.filter((wait) => wait !== undefined && wait > 0);
  return {
    active,
    ready: active.filter(isReady).length,
    available: waits.filter((wait) => wait === 0).length,
    terminating: pods.filter((pod) => pod.metadata.deletionTimestamp).length,
    nextAvailable: soon.length === 0 ? undefined : Math.min(...soon.map((wait) => wait ?? 0)),
  };
}

/** Which pods go first when there are too many: unassigned, then not running, then not ready, then the youngest. */
export function inOrderOfRemoval(pods: readonly Pod[]): Pod[] {
  const rank = (pod: Pod) => {
    if (pod.spec.nodeName === undefined) return 0;
    if (pod.status?.phase !== 'Running') return 1;
    return isReady(pod) ? 3 : 2;
  };
  return pods.toSorted(
    (a, b) => rank(a) - rank(b) || Number(b.metadata.resourceVersion) - Number(a.metadata.resourceVersion),
  );
}
