import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@keelson/log';
import { startWorker } from '@keelson/worker';
import type { Step } from './kill-at.ts';
import { killAt } from './kill-at.ts';
import type { TestNamespace } from './test-namespace.ts';
import { startTunnel } from './tunnel.ts';

const main = fileURLToPath(new URL('./killable-worker.ts', import.meta.url));
const limitMs = 60_000;

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

/**
 * The same in this process: at the step all of the worker's connections to Redis and the API server are dropped, and the call at which it
 * stands never returns. What is left of it ends with the namespace.
 */
export async function runUntilCutOff(ns: TestNamespace, step: Step): Promise<void> {
  const server = new URL(ns.env.access.server);
  const [redis, api] = await Promise.all([startTunnel(ns.env.redis.port), startTunnel(Number(server.port))]);
  const { promise: reached, resolve } = Promise.withResolvers<true>();
  let stopped: Promise<void> | undefined;
  const end = () => {
    redis.cut();
    api.cut();
    // Nothing of this reaches anything outside until the tunnels are restored; the timers of the worker and its watches end at once.
    stopped ??= worker.stop();
    resolve(true);
    return new Promise<never>(() => undefined);
  };
  const worker = await startWorker({
    log: createLogger({ level: 'fatal', name: 'killed' }),
    config: { ...ns.config, graceSeconds: 0, redisUrl: `redis://127.0.0.1:${redis.port}` },
    kubeconfigText: ns.env.kubeconfig.replaceAll(server.host, `${server.hostname}:${api.port}`),
    wrap: killAt(step, end),
  });
  ns.onClose(async () => {
    stopped ??= worker.stop();
    for (const tunnel of [redis, api]) tunnel.restore();
    await stopped;
    for (const tunnel of [redis, api]) tunnel.stop();
  });
  const isReached = await Promise.race([reached, sleep(limitMs, false, { ref: false })]);
  if (!isReached) throw new Error(`The worker never came to "${step}".`);
}
