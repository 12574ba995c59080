import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Config } from '@keelson/config';
import { bounds } from '@keelson/core';
import { Hono } from 'hono';
import type { RunningWorker } from './start-worker.ts';

type WorkerStatus = Pick<RunningWorker, 'problems' | 'metrics'>;

/** Health and metrics of a worker that runs apart from the API. Shows and changes nothing of workloads. */
export function healthApp(worker: WorkerStatus): Hono {
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

/** @throws Error whose message names the setting to change, when the address cannot be bound */
export async function serveHealth(
  worker: WorkerStatus,
  { healthListen: { host, port } }: Pick<Config, 'healthListen'>,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const listener = getRequestListener(healthApp(worker).fetch);
  const server = createServer((request, response) => void listener(request, response));
  // Node starts all requests that it has read, and keeps their responses in memory until the first one is read.
  server.maxRequestsPerSocket = bounds.requestsOfConnection;
  const bound = Promise.withResolvers<void>();
  server.once('error', bound.reject).listen(port, host, bound.resolve);
  await bound.promise.catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    const message = `The worker cannot listen on ${host}:${port}${why}: set KEELSON_HEALTH_LISTEN to another address.`;
    throw new Error(message, { cause: error });
  });
  return {
    port: portOf(server),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
