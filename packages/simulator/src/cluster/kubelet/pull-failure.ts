import type { PullError } from './registry.ts';

/** A failed pull as a container's state and events report it. */
export interface PullFailure {
  readonly reason: string;
  readonly message: string;
  /** The message of the state during back-off. Absent: there is no such state. */
  readonly backOff?: string;
  readonly events: readonly string[];
}

/** In the kubelet's words (pkg/kubelet/images/image_manager.go): the runtime's message as an error of gRPC. */
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
