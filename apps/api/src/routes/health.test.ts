import { connectQuick } from '@keelson/redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

it('readyz answers 200 while Redis answers, and 503 with the missing part otherwise', async () => {
  const app = fixture.api();
  expect((await app.request('/readyz')).status).toBe(200);

  await fixture.redis.kill9();
  const answer = await app.request('/readyz');
  expect(answer.status).toBe(503);
  expect(answer.headers.get('Retry-After')).toBe('5');
  expect(await answer.json()).toMatchObject({
    code: 'not-ready',
    missing: [
      {
        part: 'redis',
        message: 'Redis cannot be reached. Check that it runs, and REDIS_URL and KEELSON_REDIS_CA where they are set.',
      },
    ],
  });
  expect((await app.request('/healthz')).status).toBe(200);

  await fixture.redis.restart();
  await expect.poll(async () => (await app.request('/readyz')).status).toBe(200);
});

it('readyz says that Redis is full, or slow, and answers 200 afterwards', async () => {
  const app = fixture.api();
  const raw = connectQuick(fixture.redis.url);
  const missing = async () => {
    const answer = await app.request('/readyz');
    return { status: answer.status, body: await answer.json() };
  };

  await raw.config('SET', 'maxmemory', '1');
  const full = await missing();
  await raw.config('SET', 'maxmemory', '0');
  await raw.call('CLIENT', 'PAUSE', '3000', 'WRITE');
  const slow = await missing();
  await raw.call('CLIENT', 'UNPAUSE');
  raw.disconnect();

  expect(full).toMatchObject({
    status: 503,
    body: { missing: [{ part: 'redis', message: expect.stringContaining('Redis is full') }] },
  });
  expect(slow).toMatchObject({
    status: 503,
    body: { missing: [{ part: 'redis', message: 'Redis did not answer within a second.' }] },
  });
  await expect.poll(async () => (await app.request('/readyz')).status).toBe(200);
});

it('every route that needs Redis answers 503 with Retry-After until Redis is back', async () => {
  const app = fixture.api();
  await fixture.redis.kill9();

  const requests = [
    app.request('/api/v1/workloads'),
    app.request('/api/v1/workloads/a/deployment/b'),
    app.request('/api/v1/workloads/a/deployment/b/history'),
    app.request('/api/v1/workloads/a/deployment/b/check', { method: 'POST' }),
    app.request('/api/v1/rollouts'),
    app.request('/api/v1/rollouts/000000000'),
    app.request('/api/v1/events'),
    app.request('/webhooks/registry', {
      method: 'POST',
      body: JSON.stringify({ events: [{ action: 'push', target: { repository: 'a/b' } }] }),
    }),
  ];
  for (const request of requests) {
    const answer = await request;
    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBe('5');
    expect(await answer.json()).toMatchObject({ code: 'history-unavailable', instance: expect.any(String) });
  }
  // The figures themselves do not depend on Redis.
  expect((await app.request('/metrics')).status).toBe(200);

  await fixture.redis.restart();
  await expect.poll(async () => (await app.request('/api/v1/workloads')).status).toBe(200);
});

it('readyz answers 503 during the shutdown', async () => {
  const answer = await fixture.api({ stopping: AbortSignal.abort() }).request('/readyz');

  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ missing: [{ part: 'process' }] });
});

it('readyz answers 503 while another part of the process is not ready', async () => {
  let problems: string[] = ['The cluster has not been listed yet.'];
  const app = fixture.api({ problems: () => Promise.resolve(problems) });
  const answer = await app.request('/readyz');

  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    missing: [{ part: 'worker', message: problems[0] }],
    detail: problems[0],
  });
  problems = [];
  expect((await app.request('/readyz')).status).toBe(200);
});
