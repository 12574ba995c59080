import { serve } from '@hono/node-server';
import type { Config } from '@keelson/config';
import { Hono } from 'hono';
import type { RunningWorker } from './start-worker.ts';

/** Health and metrics of a worker that runs apart from the API. Nothing here tells or changes anything of a workload. */
export function healthApp(worker: RunningWorker): Hono {
  return new Hono()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const problems = await worker.problems();
      return c.json({ status: problems.length === 0 ? 'ok' : 'waiting', problems }, problems.length === 0 ? 200 : 503);
    })
    .get('/metrics', async (c) =>
      c.text(await worker.metrics.metrics(), 200, { 'content-type': worker.metrics.contentType }),
    );
}

export function serveHealth(
  worker: RunningWorker,
  { healthListen }: Pick<Config, 'healthListen'>,
): { stop(): Promise<void> } {
  const server = serve({ fetch: healthApp(worker).fetch, hostname: healthListen.host, port: healthListen.port });
  return {
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
