import { kinds } from '../../kinds/table.ts';
import type { KubeObject } from '../../objects/object.ts';
import type { Container, Pod } from '../../objects/pod.ts';
import type { ContainerRole, ContainerRun, ContainerRuns, PreparedContainer } from '../container-run.ts';
import { NotStarted } from '../container-run.ts';
import { parseImageName } from '../image-name.ts';
import type { Credentials, ImageSource } from '../image-store.ts';
import type { KubeletTimes } from '../kubelet-times.ts';
import { PullError } from '../registry.ts';
import type { ContainerRuntime, ContainerSpec } from './container-runtime.ts';
import { environmentOf } from './env.ts';
import { expand } from './expand.ts';
import { programRun } from './program-run.ts';

/** What a kubelet that runs programs has beyond one that simulates them. */
export interface RuntimeServices {
  readonly runtime: ContainerRuntime;
  readonly credentials: Credentials;
  /** An object by its kind and `namespace/name`. */
  readonly find: (kind: (typeof kinds)['secret'], key: string) => KubeObject | undefined;
}

/** What the containers of one pod need to run. */
export interface ProgramHost extends RuntimeServices {
  readonly images: ImageSource;
  readonly times: KubeletTimes;
  readonly after: (ms: number, action: () => void) => void;
  readonly podIP: string;
}

/** Runs of a runtime's programs: they start, are probed and exit as they do. */
export class ProgramRuns implements ContainerRuns {
  readonly #host: ProgramHost;

  constructor(host: ProgramHost) {
    this.#host = host;
  }

  readonly prepare = async ({ container, pod }: ContainerRole): Promise<PreparedContainer> => {
    const { images, runtime, credentials } = this.#host;
    const { image = '', imagePullPolicy = 'IfNotPresent' } = container;
    const { imageID } = await images.ensure(image, imagePullPolicy, pod);
    const request = { image, imageID, credentials: credentials(pod, parseImageName(image).host) };
    await runtime.pull(request).catch((error: unknown) => {
      throw error instanceof PullError ? error : new PullError(wordsOf(error));
    });
    return { imageID, start: () => this.#start(imageID, container, pod) };
  };

  async #start(imageID: string, container: Container, pod: Pod): Promise<ContainerRun> {
    const { runtime, times, after } = this.#host;
    const spec = this.#spec(imageID, container, pod);
    const running = await runtime.start(spec).catch((error: unknown) => {
      throw new NotStarted('RunContainerError', wordsOf(error));
    });
    return programRun({ container, pod, running, times, after });
  }

  #spec(imageID: string, container: Container, pod: Pod): ContainerSpec {
    const { find, podIP } = this.#host;
    const { namespace = '', name, uid } = pod.metadata;
    const env = environmentOf(container, {
      pod,
      podIP,
      find: (kind, source) => find(kind === 'Secret' ? kinds.secret : kinds.configMap, `${namespace}/${source}`),
    });
    const words = (field: string) => wordsIn(container[field])?.map((word) => expand(word, env));
    const { workingDir } = container;
    return {
      imageID,
      pod: { namespace, name, uid },
      name: container.name,
      command: words('command'),
      args: words('args'),
      workingDir: typeof workingDir === 'string' && workingDir !== '' ? workingDir : undefined,
      env,
      ports: (container.ports ?? []).map(({ containerPort }) => containerPort),
    };
  }
}

function wordsIn(list: unknown): string[] | undefined {
  return Array.isArray(list) && list.length > 0 ? list.map(String) : undefined;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
