import { readConfig } from '@keelson/config';
import type { History } from '@keelson/history';
import { createHistory } from '@keelson/history';
import { createLogger } from '@keelson/log';
import { targetOf } from '@keelson/redis';
import { pushImage, startRegistry, startSimulatedCluster } from '@keelson/simulator';
import { expect } from 'vitest';
import type { RunningWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { deployment, followed } from './manifests.ts';
import { soon } from './test-env.ts';

/** A worker on a Redis of the test's own, and the Deployment `web` of the namespace `victim` that it follows. */
export interface Victim {
  readonly worker: RunningWorker;
  readonly history: History;
  readonly lines: readonly string[];
  /** Pushes a good image; returns its digest. */
  readonly push: () => Promise<string>;
  readonly lastGood: () => Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Starts it with the settings that name the Redis; resolves when the worker has checked the Deployment. */
export async function startVictim(settings: Readonly<Record<string, string>>): Promise<Victim> {
  const [registry, cluster] = await Promise.all([startRegistry({}), startSimulatedCluster({ times: { readyMs: 50 } })]);
  const push = async () =>
    (await pushImage(registry, 'victim/app', 'latest', { labels: { build: `${Math.random()}` } })).digest;
  const first = await push();
  cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'victim' } });
  const annotations = { ...followed, 'keel.sh/poll-schedule': '@every 1s' };
  cluster.apply(deployment('victim', 'web', { images: { app: `${registry.host}/victim/app:latest` }, annotations }));

  const { redisUrl = '', ...config } = readConfig({
    KEELSON_SOAK_SECONDS: '0',
    KEELSON_INSECURE_REGISTRIES: '127.0.0.1:*',
    KEELSON_GRACE_SECONDS: '1',
    ...settings,
  });
  const lines: string[] = [];
  const log = createLogger({ level: 'info', name: 'worker', destination: { write: (line) => lines.push(line) } });
  const worker = await startWorker({ config: { ...config, redisUrl }, log, kubeconfigText: cluster.kubeconfig });
  const history = createHistory({ redis: targetOf({ ...config, redisUrl }) });
  const lastGood = async () => (await history.workload('victim/deployment/web'))?.digests['app']?.lastGood;
  await soon(async () => expect(await lastGood()).toBe(first));
  return {
    worker,
    history,
    lines,
    push,
    lastGood,
    async stop() {
      await worker.stop();
      await history.close();
      await cluster.stop();
      await registry.stop();
    },
  };
}
