import { Counter, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { healthApp, serveHealth } from './health.ts';

function worker(...problems: readonly string[]) {
  const metrics = new Registry();
  new Counter({ name: 'keelson_ticks_total', help: 'Ticks.', registers: [metrics] }).inc();
  return { metrics, problems: async () => problems };
}

it('the worker is healthy always, and ready when it has no problem', async () => {
  const waiting = healthApp(worker('The cluster is down.', 'Redis is down.'));

  expect((await waiting.request('/healthz')).status).toBe(200);
  const answer = await waiting.request('/readyz');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ status: 'waiting', problems: ['The cluster is down.', 'Redis is down.'] });

  const ready = await healthApp(worker()).request('/readyz');
  expect(ready.status).toBe(200);
  expect(await ready.json()).toEqual({ status: 'ok', problems: [] });
});

it('the worker serves metrics in the format of Prometheus', async () => {
  const answer = await healthApp(worker()).request('/metrics');

  expect(answer.headers.get('content-type')).toContain('text/plain');
  expect(await answer.text()).toContain('keelson_ticks_total 1');
});

it('the worker serves health on the given address until it is stopped', async () => {
  const health = await serveHealth(worker(), { healthListen: { host: '127.0.0.1', port: 0 } });
  const url = `http://127.0.0.1:${health.port}/healthz`;

  expect((await fetch(url)).status).toBe(200);
  await health.stop();
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('the error names the setting to change when the health address is taken', async () => {
  const first = await serveHealth(worker(), { healthListen: { host: '127.0.0.1', port: 0 } });
  const taken = { host: '127.0.0.1', port: first.port };

  await expect(serveHealth(worker(), { healthListen: taken })).rejects.toThrow(
    `The worker cannot listen on 127.0.0.1:${first.port} (EADDRINUSE): set KEELSON_HEALTH_LISTEN to another address.`,
  );
  await first.stop();
});
