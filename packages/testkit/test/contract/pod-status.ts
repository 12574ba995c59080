import { z } from 'zod';

const time = z.iso.datetime({ precision: 0 });
const ended = z.looseObject({ exitCode: z.number(), reason: z.string(), startedAt: time, finishedAt: time });
const state = z.looseObject({
  waiting: z.looseObject({ reason: z.string(), message: z.string().optional() }).optional(),
  running: z.looseObject({ startedAt: time }).optional(),
  terminated: ended.optional(),
});
const container = z.looseObject({
  name: z.string(),
  imageID: z.string(),
  ready: z.boolean(),
  restartCount: z.number(),
  state: state.default({}),
  lastState: state.default({}),
});
const condition = z.looseObject({ type: z.string(), status: z.string(), lastTransitionTime: time });

export type ContainerStatus = z.infer<typeof container>;

/** What the contract reads of a pod; every time in it is checked to be one of whole seconds. */
export const podSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    uid: z.string(),
    creationTimestamp: time,
    labels: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: time.optional(),
  }),
  spec: z.looseObject({ containers: z.array(z.looseObject({ image: z.string() })) }),
  status: z.looseObject({
    phase: z.string().optional(),
    conditions: z.array(condition).default([]),
    containerStatuses: z.array(container).default([]),
    initContainerStatuses: z.array(container).default([]),
  }),
});
export type PodObject = z.infer<typeof podSchema>;

export const podList = z.looseObject({ items: z.array(podSchema) });

/** Of the container's states: what kubectl would show of it. */
export function shown({ state: { waiting, running, terminated } }: ContainerStatus): string {
  return waiting?.reason ?? terminated?.reason ?? (running === undefined ? 'nothing' : 'Running');
}

export function conditionOf(pod: PodObject, type: string): z.infer<typeof condition> | undefined {
  return pod.status.conditions.find((each) => each.type === type);
}
