import type { Condition } from '../../objects/pod.ts';
import type { Deployment } from '../../objects/workloads.ts';
import type { Timers } from '../timers.ts';

/** When each Deployment last got on, finer than the whole seconds of its condition. */
export class ProgressClock {
  readonly #last = new Map<string, number>();
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  progressed({ metadata }: Deployment): void {
    this.#last.set(metadata.uid, performance.now());
  }

  forget({ metadata }: Deployment): void {
    this.#last.delete(metadata.uid);
  }

  /** Milliseconds until the deadline runs out; undefined when none does. */
  left({ metadata, spec }: Deployment): number | undefined {
    const last = this.#last.get(metadata.uid);
    if (last === undefined || spec.progressDeadlineSeconds === undefined) return undefined;
    return Math.max(0, spec.progressDeadlineSeconds * 1000 - this.#timers.since(last));
  }

  /** A rollout that had succeeded does not time out; one that had timed out stays so. */
  timedOut(deployment: Deployment, progressing: Condition | undefined): boolean {
    if (progressing === undefined || progressing.reason === 'NewReplicaSetAvailable') return false;
    return progressing.reason === 'ProgressDeadlineExceeded' || this.left(deployment) === 0;
  }
}
