import type { Probe } from './probe.ts';

export interface CheckResult {
  readonly passed: boolean;
  /** Why not. */
  readonly output: string;
}

export interface ProberOptions {
  readonly probe: Probe;
  readonly check: (probe: Probe) => Promise<CheckResult>;
  readonly after: (ms: number, action: () => void) => void;
  /** One check failed. */
  readonly failed: (output: string) => void;
  /** As many checks in a row as the threshold wants were of one mind. */
  readonly settled: (passed: boolean) => void;
}

/** Makes the checks of one probe, once a period, from when it is open and its initial delay is over until it is stopped. */
export class Prober {
  readonly #options: ProberOptions;
  #open = false;
  #due = false;
  #stopped = false;
  #busy = false;
  /** How many checks in a row said the same. */
  #row = 0;
  #last: boolean | undefined;

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** The container has started: the initial delay runs. */
  begin(): void {
    this.#options.after(this.#options.probe.initialDelaySeconds * 1000, () => {
      this.#due = true;
      this.#tick();
    });
  }

  /** Until this is called nothing is checked: a startup probe has to pass first. */
  open(): void {
    this.#open = true;
    if (this.#due) this.#tick();
  }

  stop(): void {
    this.#stopped = true;
  }

  #tick(): void {
    if (this.#stopped || !this.#open) return;
    this.#options.after(this.#options.probe.periodSeconds * 1000, () => this.#tick());
    // one check at a time: what a slow one outlasts is left out
    if (this.#busy) return;
    this.#busy = true;
    void this.#check();
  }

  async #check(): Promise<void> {
    const { probe, check, failed, settled } = this.#options;
    const { passed, output } = await check(probe);
    this.#busy = false;
    if (this.#stopped) return;
    if (!passed) failed(output);
    this.#row = this.#last === passed ? this.#row + 1 : 1;
    this.#last = passed;
    if (this.#row >= (passed ? probe.successThreshold : probe.failureThreshold)) settled(passed);
  }
}
