import { sleep } from '@keelson/core/wait';
import { freePort } from '@keelson/process';
import { startRedis } from '@keelson/redis/server';
import { sharedRedis } from '@keelson/redis/testing';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import type { QueueError } from '../src/index.ts';
import {
  createLease,
  createProducer,
  createSchedules,
  createSingleFlight,
  handle,
  isQueueError,
  startFunctions,
} from '../src/index.ts';
import { memoryLog, sampleFunction } from './sample.ts';
import { until } from './setup.ts';

const sample = sampleFunction();

async function failureOf(promise: Promise<unknown>): Promise<QueueError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (isQueueError(error)) return error;
  throw error;
}

it('each call fails soon while Redis is unavailable, without the password in its error (law 12)', async () => {
  const redis = `redis://keelson:hunter2@127.0.0.1:${await freePort()}`;
  const producer = createProducer({ redis });
  const schedules = createSchedules({ redis });
  const flight = createSingleFlight({ redis });
  const times = { notBefore: 0, minGapMs: 0, lockMs: 1_000, keepMs: 1_000 };
  const options = { ...times, share: 'ns', signal: AbortSignal.timeout(20_000) };

  const calls = [producer.add(sample, { key: 'a', n: 1 }), schedules.list(), flight.run('a', options, async () => 'x')];
  for (const error of await Promise.all(calls.map(failureOf))) {
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(`${error.message} ${String(error.cause)}`).not.toContain('hunter2');
  }
  await Promise.all([producer.close(), schedules.close(), flight.close()]);
});

it('queued jobs run after Redis was unavailable', async () => {
  await using server = await startRedis({ appendOnly: true, args: ['--appendfsync', 'always'] });
  const producer = createProducer({ redis: server.url });
  await producer.add(sample, { key: 'a', n: 1 });
  await server.kill9();
  expect((await failureOf(producer.add(sample, { key: 'b', n: 2 }))).code).toBe('unavailable');
  const seen: number[] = [];
  const runtime = await startFunctions([handle(sample, async ({ n }) => void seen.push(n))], {
    redis: server.url,
    log: memoryLog(),
    graceMs: 0,
  });

  await server.restart();
  await until(() => seen.includes(1));
  await server.kill9();
  await server.restart();
  await expect
    .poll(() =>
      producer.add(sample, { key: 'c', n: 3 }).then(
        () => 'added',
        () => 'away',
      ),
    )
    .toBe('added');

  await until(() => seen.includes(3));
  await Promise.all([runtime.stop(), producer.close()]);
});

it('runtime and lease stop while Redis is unavailable', async () => {
  await using server = await startRedis();
  const runtime = await startFunctions([handle(sample, async () => undefined)], {
    redis: server.url,
    log: memoryLog(),
    graceMs: 0,
  });
  const acquired = Promise.withResolvers<AbortSignal>();
  const lease = createLease({ redis: server.url, name: 'x', holder: 'a', onAcquired: acquired.resolve });
  const held = await acquired.promise;
  await server.kill9();

  await Promise.all([runtime.stop(), lease.stop()]);

  expect(held.aborted).toBe(true);
});

it('runtime stops in time where Redis has just come back, and its connections are between two attempts', async () => {
  await using server = await startRedis();
  const started = Promise.withResolvers<void>();
  const runtime = await startFunctions([handle(sample, async () => started.resolve())], {
    redis: server.url,
    log: memoryLog(),
    graceMs: 0,
  });
  const producer = createProducer({ redis: server.url });
  await producer.add(sample, { key: 'a', n: 1 });
  await started.promise;
  await server.kill9();
  // The pauses between two attempts grow to a second.
  await sleep(2_000);
  await server.restart();

  expect(await runtime.stop()).toBe(true);

  await producer.close();
});

it('add reports that Redis is full', async () => {
  await using server = await startRedis();
  const producer = createProducer({ redis: server.url });
  await producer.add(sample, { key: 'a', n: 1 });
  const raw = new Redis(server.url);
  await raw.config('SET', 'maxmemory', '1');

  expect(await failureOf(producer.add(sample, { key: 'b', n: 2 }))).toMatchObject({ code: 'full', retryable: true });

  raw.disconnect();
  await producer.close();
});

it.each([
  ['an input that does not parse', { key: 'a', n: Number.NaN }],
  ['a key with a colon', { key: 'a:b', n: 1 }],
  ['an empty key', { key: '', n: 1 }],
])('add refuses %s', async (_, input) => {
  const producer = createProducer({ redis: (await sharedRedis()).url });
  expect(await failureOf(producer.add(sample, input))).toMatchObject({ code: 'invalid', retryable: false });
  await producer.close();
});
