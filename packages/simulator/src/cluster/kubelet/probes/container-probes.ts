import type { Probe, ProbeKind, Probes } from './probe.ts';
import type { CheckResult } from './prober.ts';
import { Prober } from './prober.ts';

export interface ProbesOptions {
  readonly check: (probe: Probe) => Promise<CheckResult>;
  readonly after: (ms: number, action: () => void) => void;
  readonly started: () => void;
  readonly ready: (is: boolean) => void;
  /** In the kubelet's words. */
  readonly failed: (message: string) => void;
  /** It is to be killed. `graceSeconds`: what the probe gives it instead of the pod. */
  readonly dead: (kind: 'startup' | 'liveness', graceSeconds: number | undefined) => void;
}

/**
 * The three probes of a container by the kubelet's rules: the others wait for the startup probe; liveness and startup restart the container, readiness
 * only changes its status. Without a startup probe it has started when it runs, without a readiness probe it is ready when it has started.
 */
export class ContainerProbes {
  readonly #options: ProbesOptions;
  readonly #startup: Prober | undefined;
  readonly #others: readonly Prober[];
  readonly #probed: boolean;
  #started = false;

  constructor(probes: Probes, options: ProbesOptions) {
    this.#options = options;
    this.#probed = probes.readiness !== undefined;
    this.#startup = this.#prober('startup', probes.startup, (passed) =>
      passed ? this.#start() : this.#die('startup', probes),
    );
    const liveness = this.#prober('liveness', probes.liveness, (passed) => {
      if (!passed) this.#die('liveness', probes);
    });
    const readiness = this.#prober('readiness', probes.readiness, options.ready);
    this.#others = [liveness, readiness].filter((each) => each !== undefined);
  }

  /** The container runs. */
  begin(): void {
    for (const each of this.#others) each.begin();
    if (this.#startup === undefined) this.#start();
    this.#startup?.open();
    this.#startup?.begin();
  }

  stop(): void {
    this.#startup?.stop();
    for (const each of this.#others) each.stop();
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#startup?.stop();
    this.#options.started();
    if (!this.#probed) this.#options.ready(true);
    for (const each of this.#others) each.open();
  }

  #die(kind: 'startup' | 'liveness', probes: Probes): void {
    this.stop();
    this.#options.dead(kind, probes[kind]?.terminationGracePeriodSeconds);
  }

  #prober(kind: ProbeKind, probe: Probe | undefined, settled: (passed: boolean) => void): Prober | undefined {
    if (probe === undefined) return undefined;
    const { check, after, failed } = this.#options;
    const title = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    return new Prober({ probe, check, after, settled, failed: (output) => failed(`${title} probe failed: ${output}`) });
  }
}
