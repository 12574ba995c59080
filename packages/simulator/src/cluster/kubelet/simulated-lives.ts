import type { Step } from './course.ts';
import { courseOf, endingCourse } from './course.ts';
import type { ImageSource, LocalImage } from './image-store.ts';
import type { Life, LifeListener, LifeSource, PreparedLife, Role } from './life.ts';
import { NotStarted } from './life.ts';
import { outcomeOf } from './outcome.ts';

type After = (ms: number, action: () => void) => void;

const NO_PROGRAM =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to ' +
  'start container process: exec: "/app": stat /app: no such file or directory: unknown';

/** Lives that nobody lives: the image's label says what becomes of each (outcome.ts). */
export class SimulatedLives implements LifeSource {
  readonly #images: ImageSource;
  readonly #readyMs: number;
  readonly #after: After;

  constructor(images: ImageSource, readyMs: number, after: After) {
    this.#images = images;
    this.#readyMs = readyMs;
    this.#after = after;
  }

  readonly prepare = async (role: Role): Promise<PreparedLife> => {
    const { image = '', imagePullPolicy = 'IfNotPresent' } = role.container;
    const local = await this.#images.ensure(image, imagePullPolicy, role.pod);
    return { imageID: local.imageID, start: async () => this.#start(role, local) };
  };

  #start({ container, passing, endsByItself }: Role, image: LocalImage): Life {
    const outcome = outcomeOf(image.outcome, endsByItself);
    if (outcome === 'config-error')
      throw new NotStarted('CreateContainerConfigError', `configmap "${container.name}" not found`);
    if (outcome === 'no-start') throw new NotStarted('RunContainerError', NO_PROGRAM);
    const course = courseOf(outcome, this.#readyMs, image.afterMs);
    return simulatedLife(passing ? endingCourse(course) : course, image.log, this.#after);
  }
}

/** Lives through the course; told to end, it ends well and at once. */
function simulatedLife(course: readonly Step[], log: string, after: After): Life {
  let over = false;
  let listener: LifeListener | undefined;
  const follow = ([step, ...rest]: readonly Step[]): void => {
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
      // the kubelet forgets its delays only of a container that has stood for long
      if (step.does === 'ready' && rest.length === 0) listener?.proven();
      listener?.ready(step.does === 'ready');
      follow(rest);
    });
  };
  return {
    address: undefined,
    log: () => log,
    tell: (told) => {
      listener = told;
      told.started();
      follow(course);
    },
    end: async () => {
      if (over) return;
      over = true;
      listener?.exited({ exitCode: 0, reason: 'Completed' });
    },
  };
}
