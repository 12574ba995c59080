import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import { request } from 'node:http';
import { connect } from 'node:net';
import { createLogger } from '@keelson/log';
import { registryPoll } from '@keelson/queue';
import { queueCounts } from '@keelson/queue/testing';
import { connectQuick } from '@keelson/redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiOptions, RunningApi } from './start-api.ts';
import { startApi } from './start-api.ts';
import type { ApiFixture } from './testing/api-fixture.ts';
import { startFixture } from './testing/api-fixture.ts';
import { newRollout, workloadRecord } from './testing/records.ts';
import { rollOut } from './testing/roll-out.ts';
import { readSse } from './testing/sse.ts';

let fixture: ApiFixture;
let api: RunningApi | undefined;
beforeAll(async () => {
  fixture = await startFixture();
  await fixture.history.putWorkload(workloadRecord('a/deployment/one'));
});
afterEach(async () => {
  await api?.stop();
  api = undefined;
});
afterAll(() => fixture.stop());

async function start(config: Partial<ApiOptions['config']> = {}, more: Partial<ApiOptions> = {}): Promise<RunningApi> {
  api = await startApi({
    config: {
      listen: { host: '127.0.0.1', port: 0 },
      prefix: 'test',
      retention: { count: 100, days: 365 },
      graceSeconds: 5,
      redisUrl: fixture.redis.url,
      ...config,
    },
    log: createLogger({ level: 'silent', name: 'api' }),
    ...more,
  });
  return api;
}

describe('startApi', () => {
  it('startApi serves the history in Redis on a socket', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/api/v1/workloads`);

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await answer.json()).toMatchObject({ items: [{ id: 'a/deployment/one' }] });
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
  });

  it('the API logs and counts a record in Redis that it cannot read, once', async () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    const { url } = await start({}, { log: createLogger({ level: 'error', name: 'api', destination }) });
    const redis = connectQuick(fixture.redis.url);
    await redis.hset('{test}:h:workload:a/deployment/one', 'check', '{');

    for (let i = 0; i < 2; i++) await (await fetch(`${url}/api/v1/workloads`)).json();
    const metrics = await (await fetch(`${url}/metrics`)).text();
    await redis.hdel('{test}:h:workload:a/deployment/one', 'check');
    redis.disconnect();

    expect(lines).toEqual([expect.stringContaining('check of a/deployment/one')]);
    expect(metrics).toMatch(/^keelson_api_unreadable_records_total 1$/m);
  });

  it('a webhook queues a check with nothing of its payload (law 2)', async () => {
    const added: unknown[] = [];
    const producer: NonNullable<ApiOptions['producer']> = {
      async add(fn, input) {
        added.push([fn.name, input]);
      },
    };
    const { url } = await start({}, { producer });
    const target = { repository: 'cmunroe/ops/myapp', tag: 'latest', digest: `sha256:${'f'.repeat(64)}` };

    const events = [{ action: 'push', target, request: { host: 'registry.gitlab.com' } }];
    const before = Date.now();
    const answer = await fetch(`${url}/webhooks/registry`, { method: 'POST', body: JSON.stringify({ events }) });

    expect(await answer.json()).toEqual({ checks: 1, events: 1, ignored: 0 });
    expect(added).toEqual([
      ['registry-poll', { workload: 'a/deployment/one', trigger: 'webhook', notBefore: expect.any(Number) }],
    ]);
    expect(added).toMatchObject([
      [{}, { notBefore: expect.toSatisfy((at: number) => at >= before && at <= Date.now()) }],
    ]);
  });

  it('rollback queues its write, and off queues the removal', async () => {
    const { history } = fixture;
    await rollOut(history, newRollout('a/deployment/one'));
    const added: unknown[] = [];
    const producer: NonNullable<ApiOptions['producer']> = {
      async add(fn, input) {
        added.push([fn.name, fn.input.parse(input)]);
      },
    };
    const { url } = await start({}, { producer });
    const post = (action: string) => fetch(`${url}/api/v1/workloads/a/deployment/one/${action}`, { method: 'POST' });

    const statuses = [(await post('rollback')).status, (await post('off')).status];

    expect(statuses).toEqual([202, 202]);
    const rollout = (await history.workload('a/deployment/one'))?.active;
    expect(added).toEqual([
      ['image-patch', { workload: 'a/deployment/one', rollout }],
      ['remove-fields', { workload: 'a/deployment/one' }],
    ]);
  });

  it('repeated checks of a workload queue one job', async () => {
    const { url } = await start();
    const check = () => fetch(`${url}/api/v1/workloads/a/deployment/one/check`, { method: 'POST' });
    const statuses = [(await check()).status, (await check()).status];
    const counts = await queueCounts({ redis: fixture.redis.url, prefix: 'test' });

    expect(statuses).toEqual([202, 202]);
    expect(counts[registryPoll.name]).toEqual({ waiting: 1, active: 0, delayed: 0 });
  });

  it('an event stream continues over a new connection', async () => {
    const { url } = await start();
    const first = readSse((await fetch(`${url}/api/v1/events`)).body);
    await fixture.history.putWorkload(workloadRecord('a/deployment/two'));
    const event = await first.nextEvent();
    await first.cancel();
    await fixture.history.putWorkload(workloadRecord('a/deployment/three'));

    const second = readSse(
      (await fetch(`${url}/api/v1/events`, { headers: { 'Last-Event-ID': event?.id ?? '' } })).body,
    );
    expect((await second.nextEvent())?.data).toContain('a/deployment/three');
    await second.cancel();
  });

  it('the API drops a client that disconnects', async () => {
    const { url } = await start();
    const controller = new AbortController();
    await fetch(`${url}/api/v1/events`, { signal: controller.signal });
    const metrics = async () => (await fetch(`${url}/metrics`)).text();
    expect(await metrics()).toContain('keelson_event_clients 1');

    controller.abort();
    await expect.poll(metrics).toContain('keelson_event_clients 0');
  });

  it('stop ends streams, answers open requests, and does not wait for idle connections', async () => {
    const running = await start();
    const sse = readSse((await fetch(`${running.url}/api/v1/events`)).body);
    await sse.next();
    const slow = openPost(`${running.url}/webhooks/registry`);
    await once(slow, 'socket');
    slow.write('{"events":');
    await fetch(`${running.url}/healthz`);

    const stopped = running.stop();
    expect(await sse.next()).toBeUndefined();
    slow.end('[]}');
    const [answer] = await once(slow, 'response');
    answer.resume();

    expect(answer.statusCode).toBe(202);
    await stopped;
    await expect(fetch(running.url)).rejects.toThrow('fetch failed');
  });

  it('stop does not wait past the grace period', async () => {
    const running = await start({ graceSeconds: 0.2 });
    const slow = openPost(`${running.url}/webhooks/registry`);
    slow.write('{"events":');
    await fetch(`${running.url}/healthz`);

    const cut = once(slow, 'error');
    await running.stop();
    expect(await cut).toEqual([expect.objectContaining({ code: 'ECONNRESET' })]);
  });

  it('the API closes the connection of a body that is too large while it is sent', async () => {
    const { url } = await start();
    const post = openPost(`${url}/webhooks/registry`);
    post.on('error', () => undefined);
    const response = once(post, 'response');
    for (let n = 0; n < 40; n += 1) post.write(' '.repeat(64 * 1024));

    const [answer] = await response;
    expect(answer.statusCode).toBe(413);
    post.destroy();
  });

  it.each([
    ['a Host header that is none', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
    ['no Host header', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a foreign Host header', 'GET / HTTP/1.1\r\nHost: evil.example.com\r\n\r\n', 403],
    ['HTTP/1.0, as a proxy sends it', 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n', 403],
    [
      'a whole URL, as clients send it to a proxy (law 17)',
      'GET http://evil/ HTTP/1.1\r\nHost: localhost\r\n\r\n',
      403,
    ],
    ['two Host headers', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n', 403],
    ['a request as kubectl port-forward passes it on', 'GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n', 200],
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['an endless header', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
  ])('the API answers %s', async (_, bytes, status) => {
    const { url } = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes);
    const [chunk] = await once(socket, 'data');
    socket.destroy();

    expect(String(chunk)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(String(chunk)).not.toContain('.ts');
  });

  it('startApi without a token refuses an address that other machines reach, and closes its socket', async () => {
    await expect(start({ listen: { host: '0.0.0.0', port: 0 } })).rejects.toThrow(/KEELSON_TOKEN/);

    const { url } = await start({ listen: { host: '0.0.0.0', port: 0 }, token: 'secret' });
    const port = new URL(url).port;
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/workloads`)).status).toBe(401);
  });

  it('startApi reports a port in use', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    const other = startApi({
      config: {
        listen: { host: '127.0.0.1', port },
        prefix: 'x',
        retention: { count: 1, days: 1 },
        graceSeconds: 1,
        redisUrl: fixture.redis.url,
      },
      log: createLogger({ level: 'silent', name: 'api' }),
    });

    await expect(other).rejects.toThrow(`cannot listen on 127.0.0.1:${port} (EADDRINUSE)`);
  });
});

function openPost(url: string): ClientRequest {
  return request(url, { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } });
}
