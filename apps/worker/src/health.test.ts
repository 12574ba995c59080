import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { bounds } from '@keelson/core';
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

it('the worker works on a few requests only that a connection sends at once (law 17)', async () => {
  const health = await serveHealth(worker(), { healthListen: { host: '127.0.0.1', port: 0 } });
  const socket = connect(health.port, '127.0.0.1');
  const request = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
  socket.end(request.repeat(10 * bounds.requestsOfConnection));

  const served = (await text(socket)).split('keelson_ticks_total 1').length - 1;
  await health.stop();

  expect(served).toBe(bounds.requestsOfConnection);
});

it('the error names the setting to change when the health address is taken', async () => {
  const first = await serveHealth(worker(), { healthListen: { host: '127.0.0.1', port: 0 } });
  const taken = { host: '127.0.0.1', port: first.port };

  await expect(serveHealth(worker(), { healthListen: taken })).rejects.toThrow(
    `The worker cannot listen on 127.0.0.1:${first.port} (EADDRINUSE): set KEELSON_HEALTH_LISTEN to another address.`,
  );
  await first.stop();
});
