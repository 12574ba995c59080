import type { ContainerState } from '@keelson/kube';

/** Waiting reasons of a container that is starting. */
const starting: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

/** Whether a container waits because of an error, such as CrashLoopBackOff. */
export function isStuck({ waiting }: Pick<ContainerState, 'waiting'>): boolean {
  return waiting?.reason !== undefined && !starting.has(waiting.reason);
}
