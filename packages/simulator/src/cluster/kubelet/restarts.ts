import type { Pod } from '../objects/pod.ts';

/** What decides, beside the pod's restartPolicy, whether a container starts again. */
export interface RestartRole {
  readonly init: boolean;
  /** An init container with `restartPolicy: Always`. */
  readonly sidecar: boolean;
}

/** Whether a container that exited starts again (Kubernetes: Pod Lifecycle, "Container restarts"). */
export function startsAgain({ init, sidecar }: RestartRole, pod: Pod, exitCode: number): boolean {
  if (sidecar) return true;
  const policy = pod.spec.restartPolicy;
  if (init) return exitCode !== 0 && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** The kubelet's words for a container that waits `delayMs` for its restart: of its state, and of the event. */
export function crashLoop(
  pod: Pod,
  container: string,
  delayMs: number,
): { readonly state: string; readonly event: string } {
  const { name, namespace = '', uid } = pod.metadata;
  const seconds = Math.round(delayMs / 100) / 10;
  return {
    state: `back-off ${seconds}s restarting failed container=${container} pod=${name}_${namespace}(${uid})`,
    event: `Back-off restarting failed container ${container} in pod ${name}_${namespace}(${uid})`,
  };
}
