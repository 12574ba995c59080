import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startCuttable } from './cuttable-worker.ts';
import type { Step } from './kill-at.ts';
import { killAt } from './kill-at.ts';
import type { TestNamespace } from './test-namespace.ts';

const main = fileURLToPath(new URL('./killable-worker.ts', import.meta.url));
/** Many are killed at once: only a hang is to end one here. */
const limitMs = 300_000;

/** Runs a worker process in this namespace until it kills itself with SIGKILL at the given step. Throws when it ends otherwise, or lives on. */
export async function runUntilKilled({ settings, env }: TestNamespace, step: Step): Promise<void> {
  const order = { settings, kubeconfigText: env.kubeconfig, redisUrl: env.redis.url, step };
  const child = spawn(process.execPath, [main, JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'inherit'] });
  let reached = true;
  const timer = setTimeout(() => {
    reached = false;
    child.kill('SIGKILL');
  }, limitMs);
  await once(child, 'exit');
  clearTimeout(timer);
  if (!reached) throw new Error(`The worker never came to "${step}".`);
  if (child.signalCode === 'SIGKILL') return;
  throw new Error(`The worker ended with ${child.exitCode ?? child.signalCode} before it came to "${step}".`);
}

/** The same in this process: at the step the worker is cut off, and the call at which it stands never returns. */
export async function runUntilCutOff(ns: TestNamespace, step: Step): Promise<void> {
  const { promise: reached, resolve } = Promise.withResolvers<true>();
  const wrap = (cut: () => void) =>
    killAt(step, () => {
      cut();
      resolve(true);
      return new Promise<never>(() => undefined);
    });
  await startCuttable(ns, wrap);
  const isReached = await Promise.race([reached, sleep(limitMs, false, { ref: false })]);
  if (!isReached) throw new Error(`The worker never came to "${step}".`);
}
