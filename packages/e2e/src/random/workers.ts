import type { RunningWorker } from '@keelson/worker';
import type { Process } from '../processes.ts';
import { createProcesses } from '../processes.ts';
import type { Scene } from '../scene.ts';
import type { Mortal } from './mortal.ts';
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
  let running: { readonly worker: RunningWorker; readonly mortal: Mortal } | undefined;
  const endings = new Set<Promise<void>>();
  const end = (): Promise<void> => {
    const worker = running?.worker;
    running = undefined;
    const ending = worker?.stop() ?? Promise.resolve();
    endings.add(ending);
    return ending;
  };
  return {
    async start() {
      if (running) return;
      const mortal = createMortal();
      running = { worker: await scene.startWorker({ wrap: mortal.wrap }), mortal };
    },
    stop: end,
    // Nobody waits for the end of what is dead.
    async crash() {
      running?.mortal.die();
      void end();
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
