import { z } from 'zod';
import type { KubeObject } from './object.ts';
import { condition, podTemplate } from './pod.ts';

const intOrPercent = z.union([z.number(), z.string()]);
const selector = z.looseObject({ matchLabels: z.record(z.string(), z.string()).optional() });
const rollingUpdate = z.looseObject({
  maxSurge: intOrPercent.nullish(),
  maxUnavailable: intOrPercent.nullish(),
  partition: z.number().optional(),
});
const strategy = z.looseObject({ type: z.string().optional(), rollingUpdate: rollingUpdate.nullish() });

const scalable = {
  replicas: z.number().optional(),
  selector: selector.nullish(),
  template: podTemplate.prefault({}),
  minReadySeconds: z.number().optional(),
  revisionHistoryLimit: z.number().optional(),
};

const counts = z.looseObject({
  observedGeneration: z.number().optional(),
  replicas: z.number().optional(),
  updatedReplicas: z.number().optional(),
  readyReplicas: z.number().optional(),
  availableReplicas: z.number().optional(),
  currentReplicas: z.number().optional(),
  currentRevision: z.string().optional(),
  updateRevision: z.string().optional(),
  conditions: z.array(condition).optional(),
});

export const deploymentShape = z.looseObject({
  spec: z
    .looseObject({
      ...scalable,
      strategy: strategy.optional(),
      paused: z.boolean().optional(),
      progressDeadlineSeconds: z.number().optional(),
    })
    .prefault({}),
  status: counts.optional(),
});

export const replicaSetShape = z.looseObject({ spec: z.looseObject(scalable).prefault({}), status: counts.optional() });

export const statefulSetShape = z.looseObject({
  spec: z
    .looseObject({ ...scalable, podManagementPolicy: z.string().optional(), updateStrategy: strategy.optional() })
    .prefault({}),
  status: counts.optional(),
});

export const daemonSetShape = z.looseObject({
  spec: z.looseObject({ ...scalable, updateStrategy: strategy.optional() }).prefault({}),
  status: z.looseObject({ conditions: z.array(condition).optional() }).optional(),
});

export const jobShape = z.looseObject({
  spec: z
    .looseObject({
      template: podTemplate.prefault({}),
      selector: selector.nullish(),
      parallelism: z.number().optional(),
      completions: z.number().optional(),
      backoffLimit: z.number().optional(),
      suspend: z.boolean().optional(),
    })
    .prefault({}),
  status: z
    .looseObject({
      startTime: z.string().optional(),
      completionTime: z.string().optional(),
      conditions: z.array(condition).optional(),
    })
    .optional(),
});

export const cronJobShape = z.looseObject({
  spec: z
    .looseObject({
      schedule: z.string().optional(),
      jobTemplate: z
        .looseObject({
          metadata: z.looseObject({}).optional(),
          spec: z.looseObject({ template: podTemplate.prefault({}) }).prefault({}),
        })
        .prefault({}),
    })
    .prefault({}),
});

export interface Deployment extends KubeObject, z.infer<typeof deploymentShape> {
  readonly kind: 'Deployment';
}
export interface ReplicaSet extends KubeObject, z.infer<typeof replicaSetShape> {
  readonly kind: 'ReplicaSet';
}
export interface StatefulSet extends KubeObject, z.infer<typeof statefulSetShape> {
  readonly kind: 'StatefulSet';
}
export interface DaemonSet extends KubeObject, z.infer<typeof daemonSetShape> {
  readonly kind: 'DaemonSet';
}
export interface Job extends KubeObject, z.infer<typeof jobShape> {
  readonly kind: 'Job';
}
export interface CronJob extends KubeObject, z.infer<typeof cronJobShape> {
  readonly kind: 'CronJob';
}

// Every stored object went through the shape of its kind, so its kind says it all.

export function isDeployment(object: KubeObject | undefined): object is Deployment {
  return object?.kind === 'Deployment';
}
export function isReplicaSet(object: KubeObject | undefined): object is ReplicaSet {
  return object?.kind === 'ReplicaSet';
}
export function isStatefulSet(object: KubeObject | undefined): object is StatefulSet {
  return object?.kind === 'StatefulSet';
}
export function isDaemonSet(object: KubeObject | undefined): object is DaemonSet {
  return object?.kind === 'DaemonSet';
}
export function isJob(object: KubeObject | undefined): object is Job {
  return object?.kind === 'Job';
}
export function isCronJob(object: KubeObject | undefined): object is CronJob {
  return object?.kind === 'CronJob';
}
