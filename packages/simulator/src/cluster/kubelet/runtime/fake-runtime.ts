import { PullError } from '../registry.ts';
import type {
  ContainerRuntime,
  ContainerSpec,
  ExecResult,
  ProgramExit,
  RunningContainer,
} from './container-runtime.ts';

/** A container of the fake runtime, and what a test does to it. */
export interface FakeContainer {
  readonly spec: ContainerSpec;
  /** The calls of `stop`, in order: `stop 30000`. */
  readonly calls: string[];
  readonly exit: (exit: Partial<ProgramExit>) => void;
  output: string;
  /** What `exec` returns. */
  exec: ExecResult;
  /** How often `exec` was called. */
  execs: number;
}

export interface FakeRuntime extends ContainerRuntime {
  /** All that were started, oldest first. */
  readonly containers: FakeContainer[];
  /** Of a pod, the newest. */
  readonly of: (pod: string) => FakeContainer | undefined;
}

/**
 * A runtime without processes, for tests in which time and order matter. `stop` ends a container at once by SIGTERM, but one whose
 * argument is `deaf`, which only SIGKILL ends. An image named `nothing` has no content, a command `nothing` no program.
 */
export function fakeRuntime(ports: ReadonlyMap<string, number> = new Map()): FakeRuntime {
  const containers: FakeContainer[] = [];
  return {
    containers,
    of: (pod) => containers.findLast(({ spec }) => spec.pod.name === pod),
    pull: async ({ image }) => {
      if (image.includes('nothing')) throw new PullError(`no content of ${image}`);
    },
    start: async (spec) => {
      if (spec.command?.[0] === 'nothing') throw new Error('exec: "nothing": executable file not found in $PATH');
      const { promise, resolve } = Promise.withResolvers<ProgramExit>();
      const container: FakeContainer = {
        spec,
        calls: [],
        exit: ({ code = null, signal = null }) => resolve({ code, signal }),
        output: '',
        exec: { exitCode: 0, output: '' },
        execs: 0,
      };
      containers.push(container);
      return running(container, promise, ports.get(spec.pod.name));
    },
  };
}

function running(container: FakeContainer, exited: Promise<ProgramExit>, port: number | undefined): RunningContainer {
  return {
    exited,
    address: port === undefined ? undefined : { host: '127.0.0.1', port },
    remarks: container.spec.ports.length > 1 ? ['only the first port is served'] : [],
    log: () => container.output,
    exec: async () => {
      container.execs += 1;
      return container.exec;
    },
    stop: async (graceMs) => {
      container.calls.push(`stop ${Math.round(graceMs / 100) * 100}`);
      const deaf = container.spec.args?.includes('deaf') === true;
      if (!deaf) container.exit({ signal: 'SIGTERM' });
      else setTimeout(() => container.exit({ signal: 'SIGKILL' }), graceMs);
      await exited;
    },
  };
}
