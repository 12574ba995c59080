import { freePort } from '@keelson/process';
import type { RedisServer } from '@keelson/redis/server';
import { startRedis } from '@keelson/redis/server';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import type { History, HistoryError } from '../src/index.ts';
import { createHistory, isHistoryError } from '../src/index.ts';
import { beginNew } from './begin-new.ts';
import { record, rollout } from './samples.ts';

let server: RedisServer | undefined;
let history: History | undefined;
afterEach(async () => {
  await history?.close();
  await server?.stop();
});

async function failureOf(promise: Promise<unknown>): Promise<HistoryError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (isHistoryError(error)) return error;
  throw error;
}

async function setUp(args: readonly string[] = []): Promise<{ url: string; history: History; raw: Redis }> {
  server = await startRedis({ appendOnly: true, args });
  history = createHistory({ redis: server.url });
  const raw = new Redis(server.url, { retryStrategy: () => null });
  raw.on('error', () => undefined);
  return { url: server.url, history, raw };
}

it('history reports an unavailable Redis soon and without its password (law 12)', async () => {
  const port = await freePort();
  history = createHistory({ redis: `redis://keelson:hunter2@127.0.0.1:${port}/0` });

  for (const call of [history.ping(), history.begin(rollout('a', 'b')), history.rollouts({}), history.events('0-0')]) {
    const error = await failureOf(call);
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(`${error.message} ${String(error.cause)} ${error.stack}`).not.toContain('hunter2');
  }
});

it('history fails while Redis is unavailable and continues after that with all data', async () => {
  const { history } = await setUp(['--appendfsync', 'always']);
  await history.putWorkload(record('myapp/deployment/myapp'));
  const { rollout: begun } = await beginNew(history, rollout('a', 'b'));
  const waiting = history.events(await history.lastEventId(), { blockMs: 60_000 });

  await server?.kill9();
  expect((await failureOf(waiting)).code).toBe('unavailable');
  expect((await failureOf(history.transition(begun.id, { from: ['pending'], to: 'verifying', code: 'x' }))).code).toBe(
    'unavailable',
  );
  expect((await failureOf(history.ping())).code).toBe('unavailable');
  await server?.restart();

  await expect
    .poll(() =>
      history.ping().then(
        () => 'up',
        () => 'down',
      ),
    )
    .toBe('up');
  const again = history.events(await history.lastEventId(), { blockMs: 20_000 });
  expect(await history.transition(begun.id, { from: ['pending'], to: 'verifying', code: 'x' })).toMatchObject({
    state: 'verifying',
  });
  expect(await again).toMatchObject([{ name: 'verifying' }]);
});

it('history reports a full Redis, stores nothing partially, and still reads', async () => {
  const { history, raw } = await setUp();
  await history.putWorkload(record('myapp/deployment/myapp'));
  await history.begin(rollout('a', 'b'));
  await raw.config('SET', 'maxmemory', '1');
  const before = await raw.hlen('{keelson}:h:rollouts');

  const error = await failureOf(beginNew(history, rollout('a', 'c')));

  expect(error).toMatchObject({ code: 'full', retryable: true });
  expect(error.message).toMatch(/maxmemory/);
  expect((await failureOf(history.putWorkload(record('x/deployment/y')))).code).toBe('full');
  expect((await failureOf(history.begin(rollout(undefined, 'b', 'x/deployment/z')))).code).toBe('full');
  expect(await raw.hlen('{keelson}:h:rollouts')).toBe(before);
  expect((await history.rollouts({})).items).toMatchObject([{ state: 'pending' }]);

  await raw.config('SET', 'maxmemory', '0');
  expect((await history.begin(rollout('a', 'c'))).outcome).toBe('created');
  raw.disconnect();
});

it('history reports a Redis that is a replica', async () => {
  const { history, raw } = await setUp();
  await raw.replicaof('127.0.0.1', await freePort());
  expect(await failureOf(history.begin(rollout('a', 'b')))).toMatchObject({ code: 'readonly', retryable: true });
  raw.disconnect();
});

it('history reports a wrong password', async () => {
  const { url } = await setUp(['--requirepass', 'secret']);
  await history?.close();
  history = createHistory({ redis: url.replace('//', '//default:wrong@') });
  const error = await failureOf(history.ping());
  expect(error).toMatchObject({ code: 'denied', retryable: false });
  expect(error.message).not.toContain('wrong@');
});

it('history reports keys that hold data of another program', async () => {
  const { history, raw } = await setUp();
  await raw.set('{keelson}:h:rollouts', 'mine');
  expect(await failureOf(history.begin(rollout('a', 'b')))).toMatchObject({ code: 'corrupt' });
  raw.disconnect();
});

it('history continues after Redis lost its scripts', async () => {
  const { history, raw } = await setUp();
  await history.begin(rollout('a', 'b'));
  await raw.script('FLUSH');
  expect((await history.begin(rollout('a', 'b'))).outcome).toBe('exists');
  expect((await history.begin(rollout('a', 'c'))).outcome).toBe('created');
  raw.disconnect();
});
