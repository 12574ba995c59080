import type { ContainerStatus } from '../objects/pod.ts';

/** The output of a container's run and of the one before it. */
export class RunLogs {
  #current: (() => string) | undefined;
  #previous: (() => string) | undefined;

  /** Another run has begun. */
  begin(log: () => string): void {
    this.#previous = this.#current;
    this.#current = log;
  }

  /** Undefined: that run never was. */
  read(previous: boolean, { state, lastState }: Pick<ContainerStatus, 'state' | 'lastState'>): string | undefined {
    if (!previous) return this.#current?.();
    if (lastState?.terminated === undefined) return undefined;
    // who waits to be started again has no run of its own yet: the one before is the one that was
    return (state?.waiting === undefined ? this.#previous : this.#current)?.();
  }
}
