import { isActive } from '../../objects/pod.ts';
import type { Deployment, ReplicaSet } from '../../objects/workloads.ts';
import type { Control } from '../control.ts';
import { podsOf } from '../pods.ts';
import type { ReplicaSets } from './replica-sets.ts';
import { resize } from './replica-sets.ts';
import { fenceposts } from './surge.ts';

function size(replicaSet: ReplicaSet): number {
  return replicaSet.spec.replicas ?? 1;
}

function available(replicaSet: ReplicaSet): number {
  return replicaSet.status?.availableReplicas ?? 0;
}

function sum(replicaSets: readonly ReplicaSet[], of: (replicaSet: ReplicaSet) => number): number {
  return replicaSets.reduce((total, each) => total + of(each), 0);
}

/** How large the newest ReplicaSet may be now: up to the wanted size within the surge. */
export function newSize(deployment: Deployment, newest: ReplicaSet | undefined, all: readonly ReplicaSet[]): number {
  const wanted = deployment.spec.replicas ?? 1;
  const now = newest === undefined ? 0 : size(newest);
  if (now > wanted) return wanted;
  const room = wanted + fenceposts(deployment).surge - sum(all, size);
  return now + Math.max(0, Math.min(room, wanted - now));
}

/**
 * RollingUpdate: grows the new ReplicaSet within the surge and shrinks the old ones as far as enough pods stay available;
 * old pods that do not work go first (deployment controller, rolling.go).
 */
export function rollingUpdate(control: Control, deployment: Deployment, { newest, old, all }: ReplicaSets): void {
  if (newest === undefined) return;
  const target = newSize(deployment, newest, all);
  if (target !== size(newest)) {
    resize(control, deployment, newest, target);
    return;
  }
  const minAvailable = (deployment.spec.replicas ?? 1) - fenceposts(deployment).unavailable;
  const newUnavailable = size(newest) - available(newest);
  const maxDown = sum(all, size) - minAvailable - newUnavailable;
  if (maxDown <= 0 || sum(old, size) === 0) return;
  let unhealthy = maxDown;
  const left = old.map((each) => {
    const broken = Math.min(unhealthy, Math.max(0, size(each) - available(each)));
    unhealthy -= broken;
    return { each, to: size(each) - broken };
  });
  let healthy = Math.max(0, sum(all, available) - minAvailable);
  for (const { each, to } of left) {
    const down = Math.min(healthy, to);
    healthy -= down;
    resize(control, deployment, each, to - down);
  }
}

/** Recreate: all old pods are gone before the first new one; true when that is so. */
export function scaledDown(control: Control, deployment: Deployment, old: readonly ReplicaSet[]): boolean {
  for (const each of old) resize(control, deployment, each, 0);
  return old.every((each) => podsOf(control, each).every((pod) => !isActive(pod) && !pod.metadata.deletionTimestamp));
}

/** Outside a rollout a new size goes to the newest ReplicaSet that has pods, whole. */
export function scaleOnly(control: Control, deployment: Deployment, { newest, old }: ReplicaSets): void {
  const active = [...old, ...(newest === undefined ? [] : [newest])].filter((each) => size(each) > 0);
  const only = active.length === 0 ? newest : active.at(-1);
  if (active.length <= 1 && only !== undefined) resize(control, deployment, only, deployment.spec.replicas ?? 1);
}
