import type { ContainerRole, ContainerRun, ContainerRuns, PreparedContainer, RunListener } from './container-run.ts';
import { NotStarted } from './container-run.ts';
import type { ImageSource, LocalImage } from './image-store.ts';
import { outcomeOf } from './outcome.ts';
import type { RunStep } from './run-plan.ts';
import { completingPlan, planFor } from './run-plan.ts';

type After = (ms: number, action: () => void) => void;

const noProgram =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to ' +
  'start container process: exec: "/app": stat /app: no such file or directory: unknown';

/** Runs without a program: a label of the image says what each does (outcome.ts). */
export class SimulatedRuns implements ContainerRuns {
  readonly #images: ImageSource;
  readonly #readyMs: number;
  readonly #after: After;

  constructor(images: ImageSource, readyMs: number, after: After) {
    this.#images = images;
    this.#readyMs = readyMs;
    this.#after = after;
  }

  readonly prepare = async (role: ContainerRole): Promise<PreparedContainer> => {
    const { image = '', imagePullPolicy = 'IfNotPresent' } = role.container;
    const local = await this.#images.ensure(image, imagePullPolicy, role.pod);
    return { imageID: local.imageID, start: async () => this.#start(role, local) };
  };

  #start({ container, mustComplete, endsByItself }: ContainerRole, image: LocalImage): ContainerRun {
    const outcome = outcomeOf(image.outcome, endsByItself);
    if (outcome === 'config-error')
      throw new NotStarted('CreateContainerConfigError', `configmap "${container.name}" not found`);
    if (outcome === 'no-start') throw new NotStarted('RunContainerError', noProgram);
    const plan = planFor(outcome, this.#readyMs, image.afterMs);
    return simulatedRun(mustComplete ? completingPlan(plan) : plan, image.log, this.#after);
  }
}

/** A run that follows the plan; asked to end, it exits with 0 at once. */
function simulatedRun(plan: readonly RunStep[], log: string, after: After): ContainerRun {
  let over = false;
  let listener: RunListener | undefined;
  const follow = ([step, ...rest]: readonly RunStep[]): void => {
    if (step === undefined) return;
    after(step.ms, () => {
      if (over) return;
      if (step.does === 'exit') {
        over = true;
        listener?.exited({ exitCode: step.exitCode, reason: step.reason });
        return;
      }
      if (step.does === 'unready')
        listener?.warn('Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503');
      // the kubelet resets the back-off only of a container that has run for long
      if (step.does === 'ready' && rest.length === 0) listener?.stable();
      listener?.ready(step.does === 'ready');
      follow(rest);
    });
  };
  return {
    address: undefined,
    log: () => log,
    report: (to) => {
      listener = to;
      to.started();
      follow(plan);
    },
    end: async () => {
      if (over) return;
      over = true;
      listener?.exited({ exitCode: 0, reason: 'Completed' });
    },
  };
}
