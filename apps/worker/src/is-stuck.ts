import type { ContainerState } from '@keelson/kube';

/** Reasons of a container that is on its way. */
const STARTING: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

/** Whether a container waits for something that has gone wrong. */
export function isStuck({ waiting }: Pick<ContainerState, 'waiting'>): boolean {
  return waiting?.reason !== undefined && !STARTING.has(waiting.reason);
}
