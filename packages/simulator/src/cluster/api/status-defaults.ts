import type { KubeObject } from '../objects/object.ts';

const first: Readonly<Record<string, () => unknown>> = {
  ReplicaSet: () => ({ replicas: 0 }),
  StatefulSet: () => ({ replicas: 0, availableReplicas: 0 }),
  DaemonSet: () => ({ currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }),
  Pod: () => ({ phase: 'Pending', qosClass: 'BestEffort' }),
  Namespace: () => ({ phase: 'Active' }),
  Service: () => ({ loadBalancer: {} }),
  Kustomization: () => ({ observedGeneration: -1 }),
  Ingress: () => ({ loadBalancer: {} }),
  PodDisruptionBudget: () => ({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
};

/** The status of an object that was just made, whatever was sent: status is the controllers' word. */
export function firstStatus(object: KubeObject): unknown {
  return first[object.kind]?.() ?? {};
}
