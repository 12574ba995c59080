import type { OpenAPIHono } from '@hono/zod-openapi';
import { bounds } from '@keelson/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ApiEnv } from '../deps.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';
import { repository, workloadRecord } from '../testing/records.ts';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await startFixture();
  await fixture.history.putWorkload(workloadRecord('a/deployment/one'));
});
afterAll(() => fixture.stop());

/** A notification of this many names that nobody follows, or of one push that somebody does. */
function notification(names: number): string {
  const pushed = (repository: string, tag: string, host: string) => ({
    action: 'push',
    target: { repository, tag },
    request: { host },
  });
  const others = Array.from({ length: names }, (_, i) => pushed(`r/${i}`, 't', 'h.example'));
  const [host = '', ...path] = repository.split('/');
  return JSON.stringify({ events: names === 0 ? [pushed(path.join('/'), 'latest', host)] : others });
}

/** Sends one as from this address. */
function send(app: OpenAPIHono<ApiEnv>, body: string, remoteAddress: string, token = 'hook'): Promise<Response> {
  const init = { method: 'POST', body, headers: { Authorization: `Bearer ${token}` } };
  return Promise.resolve(app.request('/webhooks/registry', init, { incoming: { socket: { remoteAddress } } }));
}

const tokens = { token: 'everything', webhookToken: 'hook', loopback: false };

/** A history whose followers are read when `release` is called, and how often and how many at a time they were. */
function slowHistory() {
  const gate = Promise.withResolvers<void>();
  const seen = { calls: 0, open: 0, most: 0 };
  const followersOf: typeof fixture.history.followersOf = async (paths) => {
    seen.calls += 1;
    seen.open += 1;
    seen.most = Math.max(seen.most, seen.open);
    await gate.promise;
    seen.open -= 1;
    return fixture.history.followersOf(paths);
  };
  return { history: { ...fixture.history, followersOf }, seen, release: () => gate.resolve() };
}

it('a notification is charged by its names, and its sender alone waits for that (law 17)', async () => {
  const app = fixture.api(tokens);

  expect((await send(app, notification(1_000), '192.0.2.1')).status).toBe(202);
  const refused = await send(app, notification(0), '192.0.2.1');

  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('Retry-After'))).toBe((1_000 - bounds.namesAtOnce) / bounds.namesPerSecond + 1);
  expect((await send(app, notification(0), '192.0.2.2')).status).toBe(202);
  expect((await send(app, notification(0), '192.0.2.1', 'everything')).status).toBe(202);
  fixture.clock.now += 20_000;
  expect((await send(app, notification(0), '192.0.2.1')).status).toBe(202);
});

it('a notification without a name is charged by its size (law 17)', async () => {
  const app = fixture.api(tokens);
  const body = JSON.stringify({ events: [], more: 'x'.repeat(bounds.notificationBytes - 100) });

  expect((await send(app, body, '192.0.2.1')).status).toBe(202);
  expect((await send(app, body, '192.0.2.1')).status).toBe(429);
});

it('a notification is charged by the workloads that follow what it names (law 17)', async () => {
  const ids = Array.from({ length: 10 * bounds.checksPerName }, (_, n) => `a/deployment/many-${n}`);
  const followersOf: typeof fixture.history.followersOf = async (paths) => {
    const [found = []] = await fixture.history.followersOf(paths);
    return [found.flatMap((one) => ids.map((workload) => ({ ...one, workload })))];
  };
  const app = fixture.api({ ...tokens, history: { ...fixture.history, followersOf } });
  const ordinary = fixture.api(tokens);

  for (const one of [app, ordinary]) {
    expect((await send(one, notification(bounds.namesAtOnce - 10), '192.0.2.1')).status).toBe(202);
    expect((await send(one, notification(0), '192.0.2.1')).status).toBe(202);
  }

  expect((await send(ordinary, notification(0), '192.0.2.1')).status).toBe(202);
  expect((await send(app, notification(0), '192.0.2.1')).status).toBe(429);
});

it('the names of a notification are read at once', async () => {
  const { history, seen, release } = slowHistory();
  release();

  await send(fixture.api({ ...tokens, history }), notification(1_000), '192.0.2.1');

  expect(seen.calls).toBe(1);
});

it('few notifications are open and at work, and a flood of one sender leaves room for another (law 17)', async () => {
  const { history, seen, release } = slowHistory();
  const app = fixture.api({ ...tokens, history });

  const flood = Array.from({ length: 50 }, () => send(app, notification(1), '192.0.2.1'));
  const other = send(app, notification(0), '192.0.2.2');
  await expect.poll(() => seen.open).toBe(bounds.notificationsAtWork);
  release();
  const answers = await Promise.all(flood);

  const refused = answers.filter(({ status }) => status === 503);
  expect(refused).toHaveLength(50 - bounds.openNotificationsOfSender);
  expect(refused[0]?.headers.get('Retry-After')).toBe('1');
  expect(await refused[0]?.json()).toMatchObject({ code: 'busy' });
  expect(seen.most).toBe(bounds.notificationsAtWork);
  expect(await (await other).json()).toMatchObject({ checks: 1 });
  expect((await send(app, notification(1), '192.0.2.1')).status).toBe(202);
});

it('one token has no more than half of what may be open, from however many addresses (law 17)', async () => {
  const { history, release } = slowHistory();
  const app = fixture.api({ ...tokens, history });

  const flood = Array.from({ length: 50 }, (_, i) => send(app, notification(1), `192.0.2.${i}`));
  const other = send(app, notification(0), '192.0.2.1', 'everything');
  release();

  const accepted = (await Promise.all(flood)).filter(({ status }) => status === 202);
  expect(accepted).toHaveLength(bounds.openNotifications / 2);
  expect((await other).status).toBe(202);
});
