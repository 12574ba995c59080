import { createLogger } from '@keelson/log';
import type { RunningWorker, WorkerOptions } from '@keelson/worker';
import { startWorker } from '@keelson/worker';
import type { TestNamespace } from './test-namespace.ts';
import { startTunnel } from './tunnel.ts';

/** A worker in this process that ends as near to `kill -9` as one process comes. */
export interface CuttableWorker {
  readonly metrics: RunningWorker['metrics'];
  /** Drops all of its connections to Redis and the API server: nothing of it reaches anything outside from now on. */
  cut(this: void): void;
}

/** What is left of it ends with the namespace. */
export async function startCuttable(
  ns: TestNamespace,
  wrap: (cut: () => void) => WorkerOptions['wrap'] = () => undefined,
): Promise<CuttableWorker> {
  const server = new URL(ns.env.access.server);
  const tunnels = await Promise.all([ns.env.redis.port, Number(server.port)].map(startTunnel));
  const [redis, api] = tunnels;
  let stopped: Promise<unknown> | undefined;
  const cut = () => {
    for (const tunnel of tunnels) tunnel.cut();
    // The timers of the worker and its watches end at once.
    stopped ??= worker.stop();
  };
  const wrapped = wrap(cut);
  const worker = await startWorker({
    log: createLogger({ level: 'fatal', name: 'cuttable' }),
    config: { ...ns.config, graceSeconds: 0, redisUrl: `redis://127.0.0.1:${redis?.port}` },
    kubeconfigText: ns.env.kubeconfig.replaceAll(server.host, `${server.hostname}:${api?.port}`),
    ...(wrapped && { wrap: wrapped }),
  });
  ns.onClose(async () => {
    stopped ??= worker.stop();
    for (const tunnel of tunnels) tunnel.restore();
    await stopped;
    for (const tunnel of tunnels) tunnel.stop();
  });
  return { metrics: worker.metrics, cut };
}
