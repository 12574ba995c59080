import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Scene } from './scene.ts';

export interface Doomed {
  /** Resolves when it is dead, with the name of the step that it died at. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
}

/** Starts a worker process on this scene that kills itself at the given step. */
export function startDoomed(scene: Scene, step: number): Doomed {
  const order = { env: scene.env, kubeconfigText: scene.stage.kubeconfig, redisUrl: scene.stage.redis.url, step };
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./doomed-worker.ts', import.meta.url)), JSON.stringify(order)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let last = 'nothing';
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = line.replace(/^step \d+ /, '');
  });
  const ended = once(child, 'close');
  return {
    died: ended.then(() => last),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
