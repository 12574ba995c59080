import { Counter, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { healthApp, serveHealth } from './health.ts';

function worker(...problems: readonly string[]) {
  const metrics = new Registry();
  new Counter({ name: 'keelson_ticks_total', help: 'Ticks.', registers: [metrics] }).inc();
  return { metrics, problems: async () => problems };
}

it('is healthy whatever is missing, and ready when nothing is', async () => {
  const waiting = healthApp(worker('The cluster is away.', 'Redis is away.'));

  expect((await waiting.request('/healthz')).status).toBe(200);
  const answer = await waiting.request('/readyz');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ status: 'waiting', problems: ['The cluster is away.', 'Redis is away.'] });

  const ready = await healthApp(worker()).request('/readyz');
  expect(ready.status).toBe(200);
  expect(await ready.json()).toEqual({ status: 'ok', problems: [] });
});

it('shows the metrics as Prometheus reads them', async () => {
  const answer = await healthApp(worker()).request('/metrics');

  expect(answer.headers.get('content-type')).toContain('text/plain');
  expect(await answer.text()).toContain('keelson_ticks_total 1');
});

it('serves on the address that it is given, until it is stopped', async () => {
  const health = await serveHealth(worker(), { healthListen: { host: '127.0.0.1', port: 0 } });
  const url = `http://127.0.0.1:${health.port}/healthz`;

  expect((await fetch(url)).status).toBe(200);
  await health.stop();
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('says which setting to change when the address is taken', async () => {
  const first = await serveHealth(worker(), { healthListen: { host: '127.0.0.1', port: 0 } });
  const taken = { host: '127.0.0.1', port: first.port };

  await expect(serveHealth(worker(), { healthListen: taken })).rejects.toThrow(
    `The worker cannot listen on 127.0.0.1:${first.port} (EADDRINUSE): set KEELSON_HEALTH_LISTEN to another address.`,
  );
  await first.stop();
});
