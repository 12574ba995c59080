import { bounds } from '@keelson/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } });

it('few lists are read at the same time, and a flood of one client leaves room for another (law 17)', async () => {
  const gate = Promise.withResolvers<void>();
  const seen = { open: 0, most: 0 };
  const workloadPage = async () => {
    seen.open += 1;
    seen.most = Math.max(seen.most, seen.open);
    await gate.promise;
    seen.open -= 1;
    return { items: [] };
  };
  const app = fixture.api({ history: { ...fixture.history, workloadPage } });
  const list = (address: string) => Promise.resolve(app.request('/api/v1/workloads', {}, from(address)));

  const flood = Array.from({ length: 100 }, () => list('127.0.0.1'));
  const other = list('127.0.0.2');
  await expect.poll(() => seen.open).toBe(bounds.listsAtWork);
  gate.resolve();

  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(bounds.openRequestsOfSender);
  expect(statuses.filter((status) => status === 503)).toHaveLength(100 - bounds.openRequestsOfSender);
  expect((await other).status).toBe(200);
  expect(seen.most).toBe(bounds.listsAtWork);
});

it('one token has no more than half of the requests that may be open, from however many addresses (law 17)', async () => {
  const gate = Promise.withResolvers<void>();
  const workloadPage = () => gate.promise.then(() => ({ items: [] }));
  const app = fixture.api({ history: { ...fixture.history, workloadPage } });

  const lists = Array.from({ length: bounds.openRequests }, (_, n) =>
    Promise.resolve(app.request('/api/v1/workloads', {}, from(`10.0.0.${n}`))),
  );
  gate.resolve();

  const statuses = (await Promise.all(lists)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(bounds.openRequests / 2);
});

it('one client has a share of the event streams, and another one has its own (law 17)', async () => {
  const app = fixture.api();
  const open = async (address: string) => app.request('/api/v1/events', {}, from(address));

  const streams = await Promise.all(Array.from({ length: bounds.eventStreamsOfSender }, () => open('127.0.0.1')));
  const refused = await open('127.0.0.1');
  const other = await open('127.0.0.2');

  expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ status: 503, code: 'too-many-clients' });
  expect(other.status).toBe(200);
  await streams[0]?.body?.cancel();
  const again = await open('127.0.0.1');
  expect(again.status).toBe(200);
  for (const { body } of [...streams.slice(1), other, again]) await body?.cancel();
});

it('one sender acts so many times at once, then so many a second, and another one has its own (law 17)', async () => {
  const clock = { now: 0 };
  const app = fixture.api({ now: () => clock.now });
  const act = async (address: string) => app.request('/api/v1/stop/resume', { method: 'POST' }, from(address));
  const statuses = async (count: number) =>
    (await Promise.all(Array.from({ length: count }, () => act('127.0.0.1')))).map(({ status }) => status);
  const inTurns = async (): Promise<number[]> => {
    const turns: number[] = [];
    for (let done = 0; done < bounds.actionsAtOnce; done += 10) turns.push(...(await statuses(10)));
    return turns;
  };

  expect(new Set(await inTurns())).toEqual(new Set([200]));
  const refused = await act('127.0.0.1');
  expect(await refused.json()).toMatchObject({ status: 429, code: 'rate-limited' });
  expect(refused.headers.get('Retry-After')).toBe('1');
  expect((await act('127.0.0.2')).status).toBe(200);
  expect((await app.request('/api/v1/workloads', {}, from('127.0.0.1'))).status).toBe(200);
  clock.now = 1_000;
  expect((await statuses(bounds.actionsPerSecond + 1)).filter((status) => status === 429)).toHaveLength(1);
});

it('one token has no more than half of the event streams, from however many addresses (law 17)', async () => {
  const app = fixture.api();
  const open = async (n: number) => app.request('/api/v1/events', {}, from(`10.0.0.${n}`));

  const streams = await Promise.all(Array.from({ length: bounds.eventStreams / 2 }, (_, n) => open(n)));
  const refused = await open(1_000);

  expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ status: 503, code: 'too-many-clients' });
  for (const { body } of streams) await body?.cancel();
});

it('no request has a longer body than an action needs (law 17)', async () => {
  const app = fixture.api();
  const send = async (bytes: number) => {
    const headers = { 'Content-Length': String(bytes) };
    return app.request('/api/v1/stop/resume', { method: 'POST', body: 'x'.repeat(bytes), headers }, from('127.0.0.1'));
  };

  expect((await send(bounds.requestBytes + 1)).status).toBe(413);
  expect((await send(bounds.requestBytes)).status).not.toBe(413);
});
