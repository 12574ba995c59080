import type { RunningWorker } from '@keelson/worker';
import type { Process } from '../processes.ts';
import { createProcesses } from '../processes.ts';
import type { TestNamespace } from '../test-namespace.ts';
import type { Killable } from './killable.ts';
import { createKillable } from './killable.ts';

/** The worker of one run: in this process, or in one of its own that can be killed with SIGKILL. */
export interface Workers {
  start(): Promise<void>;
  /** As a deployment ends it: what runs may end first. */
  stop(): Promise<void>;
  crash(): Promise<void>;
  close(): Promise<void>;
}

export function workersHere(ns: TestNamespace): Workers {
  let running: { readonly worker: RunningWorker; readonly killable: Killable } | undefined;
  const endings = new Set<Promise<void>>();
  const end = (): Promise<void> => {
    const worker = running?.worker;
    running = undefined;
    const ending = Promise.resolve(worker?.stop()).then(() => undefined);
    endings.add(ending);
    return ending;
  };
  return {
    async start() {
      if (running) return;
      const killable = createKillable();
      running = { worker: await ns.startWorker({ wrap: killable.wrap }), killable };
    },
    stop: end,
    // Nothing waits for the end of a worker that is cut off.
    async crash() {
      running?.killable.die();
      void end();
    },
    async close() {
      await end();
      await Promise.allSettled(endings);
    },
  };
}

export function workersApart(ns: TestNamespace): Workers {
  const processes = createProcesses(ns);
  let running: Process | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const process = running;
    running = undefined;
    process?.signal(signal);
    await process?.exited;
  };
  return {
    async start() {
      running ??= await processes.worker();
    },
    stop: () => end('SIGTERM'),
    crash: () => end('SIGKILL'),
    close: () => end('SIGKILL'),
  };
}
