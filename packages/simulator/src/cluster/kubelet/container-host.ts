import type { Pod } from '../objects/pod.ts';
import type { ContainerRuns } from './container-run.ts';
import type { KubeletTimes } from './kubelet-times.ts';

/** What a container needs of the pod that it belongs to. */
export interface ContainerHost {
  readonly pod: () => Pod;
  readonly runs: ContainerRuns;
  readonly times: KubeletTimes;
  readonly now: () => number;
  readonly after: (ms: number, action: () => void) => void;
  /** The status of a container changed. */
  readonly changed: () => void;
  /** Records a Warning event. */
  readonly warn: (container: string, reason: string, message: string) => void;
  /** Records a Normal event. */
  readonly note: (container: string, reason: string, message: string) => void;
}
