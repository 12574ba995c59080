import { startApi } from '@keelson/api';
import { createLogger } from '@keelson/log';
import { ApiClient } from '@keelson/simulator';
import type { TestNamespace } from '../test-namespace.ts';
import { watchApi } from './api-watch.ts';
import type { Cell } from './cells.ts';
import { watchCluster } from './cluster-watch.ts';
import { storyOf } from './story.ts';

export interface MatrixOptions {
  /** How many stories run at once. */
  readonly atOnce: number;
  /** @default ten minutes: machines are busy, and only what never comes is to end a story */
  readonly limitMs?: number;
}

/** Runs all stories in one namespace with one worker; a report for each that did not end as it has to. */
export async function runMatrix(
  ns: TestNamespace,
  cells: readonly Cell[],
  { atOnce, limitMs = 600_000 }: MatrixOptions,
): Promise<readonly string[]> {
  const trouble: string[] = [];
  const onTrouble = (error: unknown) => void trouble.push(`The witness had trouble: ${String(error)}`);
  const client = new ApiClient(ns.env.access);
  const cluster = watchCluster(client, ns.name, onTrouble);
  const config = { ...ns.config, listen: { host: '127.0.0.1', port: 0 } };
  const server = await startApi({ config, log: createLogger({ level: 'fatal', name: 'matrix' }) });
  const onEvent = (workload: string) => cluster.wake(workload.split('/')[2] ?? '');
  const api = watchApi({ url: server.url, namespace: ns.name, everyMs: 1_000, onEvent, onTrouble });
  try {
    const stories = cells.map((cell, index) => storyOf({ ns, client, cluster, api, limitMs }, cell, `app-${index}`));
    await inParallel(stories, atOnce, (story) => story.begin());
    await ns.startWorker();
    const reports: string[] = [];
    await inParallel(stories, atOnce, async (story) => {
      const wrong = await story.run();
      if (wrong.length > 0) reports.push(`${story.title}\n  ${wrong.join('\n  ')}`);
    });
    return [...reports, ...trouble];
  } finally {
    cluster.stop();
    await api.stop();
    await server.stop();
    await client.close();
  }
}

async function inParallel<T>(items: readonly T[], atOnce: number, run: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const next = async (): Promise<void> => {
    for (let item = waiting.shift(); item; item = waiting.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}
