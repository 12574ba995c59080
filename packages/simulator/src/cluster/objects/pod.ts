import { z } from 'zod';
import type { KubeObject } from './object.ts';

const container = z.looseObject({
  name: z.string().default(''),
  image: z.string().optional(),
  imagePullPolicy: z.string().optional(),
  restartPolicy: z.string().optional(),
  ports: z.array(z.looseObject({ containerPort: z.number() })).optional(),
  env: z.array(z.looseObject({ name: z.string() })).optional(),
});

export type Container = z.infer<typeof container>;

export const podSpec = z.looseObject({
  containers: z.array(container).nullish(),
  initContainers: z.array(container).optional(),
  nodeName: z.string().optional(),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  restartPolicy: z.string().optional(),
  serviceAccountName: z.string().optional(),
  terminationGracePeriodSeconds: z.number().optional(),
  imagePullSecrets: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  affinity: z.unknown().optional(),
});

export type PodSpec = z.infer<typeof podSpec>;

export const podTemplate = z.looseObject({
  metadata: z
    .looseObject({
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  spec: podSpec.prefault({}),
});

export type PodTemplate = z.infer<typeof podTemplate>;

const terminated = z.looseObject({
  exitCode: z.number(),
  reason: z.string().optional(),
  finishedAt: z.string().optional(),
});

const state = z.looseObject({
  waiting: z.looseObject({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  running: z.looseObject({ startedAt: z.string().optional() }).optional(),
  terminated: terminated.optional(),
});

const containerStatus = z.looseObject({
  name: z.string(),
  image: z.string(),
  imageID: z.string(),
  containerID: z.string().optional(),
  ready: z.boolean(),
  started: z.boolean().optional(),
  restartCount: z.number(),
  state: state.optional(),
  lastState: state.optional(),
});

export type ContainerStatus = z.infer<typeof containerStatus>;

export const condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().nullish(),
  lastUpdateTime: z.string().nullish(),
});

export type Condition = z.infer<typeof condition>;

const podStatus = z.looseObject({
  phase: z.string().optional(),
  conditions: z.array(condition).optional(),
  initContainerStatuses: z.array(containerStatus).optional(),
  containerStatuses: z.array(containerStatus).optional(),
});

export type PodStatus = z.infer<typeof podStatus>;

/** What is checked of a Pod when it is written, and known of it from then on. */
export const podShape = z.looseObject({ spec: podSpec.prefault({}), status: podStatus.optional() });

export interface Pod extends KubeObject {
  readonly kind: 'Pod';
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

/** Every stored Pod went through `podShape`, so its kind says it all. */
export function isPod(object: KubeObject | undefined): object is Pod {
  return object?.kind === 'Pod';
}

/** All its containers have ended for good. */
export function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** Neither ended nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !hasEnded(pod) && !pod.metadata.deletionTimestamp;
}

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') ?? false;
}
