import { constants } from 'node:os';
import type { Container, Pod } from '../../objects/pod.ts';
import type { ContainerRun, RunListener } from '../container-run.ts';
import type { KubeletTimes } from '../kubelet-times.ts';
import { checker } from '../probes/check.ts';
import { ContainerProbes } from '../probes/container-probes.ts';
import { probesIn } from '../probes/probe.ts';
import type { ProgramExit, RunningContainer } from './container-runtime.ts';
import { preStop } from './pre-stop.ts';

/** After how many first delays the back-off starts over: the kubelet's ten minutes for its ten seconds. */
const stableBackoffs = 60;

export interface ProgramRunOptions {
  readonly container: Container;
  readonly pod: Pod;
  readonly running: RunningContainer;
  readonly times: KubeletTimes;
  readonly after: (ms: number, action: () => void) => void;
}

/** The run of a program. It reports what its probes find, and its exit. */
export function programRun({ container, pod, running, times, after }: ProgramRunOptions): ContainerRun {
  let probes: ContainerProbes | undefined;
  let ending = false;
  let over: Promise<unknown> = running.exited;

  async function end(graceMs: number): Promise<void> {
    probes?.stop();
    const first = !ending;
    ending = true;
    const spent = first && graceMs > 0 ? await preStop(container, running, graceMs) : 0;
    await running.stop(Math.max(0, graceMs - spent));
    await over;
  }

  function report(listener: RunListener): void {
    for (const remark of running.remarks) listener.warn('NotFollowed', remark);
    const { name } = container;
    probes = new ContainerProbes(probesIn(container), {
      check: checker(running),
      after,
      started: listener.started,
      ready: listener.ready,
      failed: (message) => listener.warn('Unhealthy', message),
      dead: (kind, graceSeconds) => {
        const restarts = pod.spec.restartPolicy === 'Never' ? '' : ', will be restarted';
        listener.note('Killing', `Container ${name} failed ${kind} probe${restarts}`);
        void end((graceSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000);
      },
    });
    over = running.exited.then((exit) => {
      probes?.stop();
      const exitCode = exitCodeOf(exit);
      listener.exited({ exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' });
    });
    after(stableBackoffs * times.backoffMs, listener.stable);
    probes.begin();
  }

  return { address: running.address, log: running.log, report, end };
}

/** As a container runtime counts: 128 and the number of the signal. */
function exitCodeOf({ code, signal }: ProgramExit): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
