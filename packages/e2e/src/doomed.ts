import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Step } from './kill-at.ts';
import type { Scene } from './scene.ts';

const main = fileURLToPath(new URL('./doomed-worker.ts', import.meta.url));
const patienceMs = 60_000;

/** Runs a worker process on this scene until it kills itself at the given step. Throws when it ends otherwise, or lives on. */
export async function runDoomed(scene: Scene, step: Step): Promise<void> {
  const order = { env: scene.env, kubeconfigText: scene.stage.kubeconfig, redisUrl: scene.stage.redis.url, step };
  const child = spawn(process.execPath, [main, JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'inherit'] });
  let reached = true;
  const timer = setTimeout(() => {
    reached = false;
    child.kill('SIGKILL');
  }, patienceMs);
  await once(child, 'exit');
  clearTimeout(timer);
  if (!reached) throw new Error(`The worker never came to "${step}".`);
  if (child.signalCode === 'SIGKILL') return;
  throw new Error(`The worker ended with ${child.exitCode ?? child.signalCode} before it came to "${step}".`);
}
