import { createHash } from 'node:crypto';
import type { Container, ContainerStatus } from '../objects/pod.ts';

export type ContainerState = NonNullable<ContainerStatus['state']>;

/** The status of a container that has never started. `reason`: why it waits. */
export function initialStatus(container: Container, reason: string): ContainerStatus {
  return {
    name: container.name,
    image: container.image ?? '',
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason } },
    lastState: {},
  };
}

/** The status in another state. A state that said how a run ended becomes `lastState`. */
export function withState(status: ContainerStatus, state: ContainerState): ContainerStatus {
  const { terminated } = status.state ?? {};
  return { ...status, ...(terminated === undefined ? {} : { lastState: { terminated } }), state };
}

/** The status counts one more restart. */
export function withRestart(status: ContainerStatus): ContainerStatus {
  return { ...status, restartCount: status.restartCount + 1 };
}

/** The status of a container that has been created, for the run that begins. */
export function withContainer(
  status: ContainerStatus,
  podUid: string,
  image: string,
  imageID: string,
): ContainerStatus {
  const text = `${podUid}/${status.name}/${status.restartCount}`;
  const containerID = `containerd://${createHash('sha256').update(text).digest('hex')}`;
  return { ...status, imageID, containerID, image, ready: false };
}
