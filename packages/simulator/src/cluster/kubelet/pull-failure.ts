import type { PullError } from './registry.ts';

/** What a pull that failed looks like in a container's state and in events. */
export interface PullFailure {
  readonly reason: string;
  readonly message: string;
  /** What the state says from the second look on; absent: the same. */
  readonly backOff?: string;
  readonly events: readonly string[];
}

/** As the kubelet words it (pkg/kubelet/images/image_manager.go): the runtime's words in those of gRPC. */
export function pullFailure(image: string, { reason, message: why }: PullError): PullFailure {
  if (reason !== 'ErrImagePull') return { reason, message: why, events: [why, `Error: ${reason}`] };
  const code = why.endsWith('not found') ? 'NotFound' : 'Unknown';
  const message = `rpc error: code = ${code} desc = ${why}`;
  return {
    reason,
    message,
    backOff: `Back-off pulling image "${image}": ErrImagePull: ${message}`,
    events: [`Failed to pull image "${image}": ${message}`, 'Error: ErrImagePull'],
  };
}
