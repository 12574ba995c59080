import type { RunningWorker } from '@keelson/worker';
import type { Process } from '../processes.ts';
import { createProcesses } from '../processes.ts';
import type { Scene } from '../scene.ts';
import { createMortal } from './mortal.ts';

/** The worker of one run: in this process, or in one of its own that can be killed in earnest. */
export interface Workers {
  start(): Promise<void>;
  /** As a deployment ends it: what runs may end first. */
  stop(): Promise<void>;
  crash(): Promise<void>;
  close(): Promise<void>;
}

export function workersHere(scene: Scene): Workers {
  let running: { readonly worker: RunningWorker; readonly die: () => void } | undefined;
  const endings = new Set<Promise<void>>();
  const end = (die?: () => void): Promise<void> => {
    const worker = running?.worker;
    running = undefined;
    die?.();
    const ending = worker?.stop() ?? Promise.resolve();
    endings.add(ending);
    return ending;
  };
  return {
    async start() {
      if (running) return;
      const { wrap, die } = createMortal();
      running = { worker: await scene.startWorker({ wrap }), die };
    },
    stop: () => end(),
    // Nobody waits for the end of what is dead.
    async crash() {
      void end(running?.die);
    },
    async close() {
      await end();
      await Promise.allSettled(endings);
    },
  };
}

export function workersApart(scene: Scene): Workers {
  const processes = createProcesses();
  let running: Process | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const process = running;
    running = undefined;
    process?.signal(signal);
    await process?.exited;
  };
  return {
    async start() {
      running ??= await processes.worker(scene);
    },
    stop: () => end('SIGTERM'),
    crash: () => end('SIGKILL'),
    close: () => processes.stop(),
  };
}
