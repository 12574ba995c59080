import type { ContainerStatus } from '../objects/pod.ts';

/** The output of a container's run and of the one before it. */
export class RunLogs {
  #current: (() => string) | undefined;
  #previous: (() => string) | undefined;

  /** Another run begins. */
  begin(log: () => string): void {
    this.#previous = this.#current;
    this.#current = log;
  }

  /** Undefined: there was no such run. */
  read(previous: boolean, { state, lastState }: Pick<ContainerStatus, 'state' | 'lastState'>): string | undefined {
    if (!previous) return this.#current?.();
    if (lastState?.terminated === undefined) return undefined;
    // a container that waits for its restart has no current run: the last one counts as the previous one
    return (state?.waiting === undefined ? this.#previous : this.#current)?.();
  }
}
