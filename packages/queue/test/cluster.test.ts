import { startRedis } from '@keelson/redis/server';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import {
  createLease,
  createProducer,
  createSchedules,
  createSingleFlight,
  handle,
  startFunctions,
  startTicks,
} from '../src/index.ts';
import { memoryLog, sampleFunction } from './sample.ts';
import { until } from './setup.ts';

it('each script touches one slot only, as Redis Cluster requires', async () => {
  await using server = await startRedis({ args: ['--cluster-enabled', 'yes'] });
  const redis = server.url;
  const raw = new Redis(redis);
  await raw.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await expect.poll(() => raw.cluster('INFO')).toContain('cluster_state:ok');
  const log = memoryLog();
  const seen: number[] = [];
  const ticks: string[] = [];
  const sample = sampleFunction();
  const producer = createProducer({ redis });
  const schedules = createSchedules({ redis });
  const flight = createSingleFlight({ redis });
  const acquired = Promise.withResolvers<AbortSignal>();
  const lease = createLease({ redis, name: 'x', holder: 'a', onAcquired: acquired.resolve });
  const functions = await startFunctions([handle(sample, async ({ n }) => void seen.push(n))], {
    redis,
    log,
    graceMs: 0,
  });
  const ticking = await startTicks({ redis, log, onTick: async (id) => void ticks.push(id) });

  await producer.add(sample, { key: 'a', n: 1 });
  // Added before that job ran, the second input would replace the first.
  await until(() => seen.length === 1);
  await producer.add(sample, { key: 'a', n: 2 }, { delayMs: 20 });
  await schedules.reconcile(new Map([['a', { schedule: { type: 'every', ms: 100 }, offsetMs: 5 }]]));
  const options = {
    notBefore: 0,
    minGapMs: 10,
    lockMs: 1_000,
    keepMs: 1_000,
    share: 'ns',
    signal: AbortSignal.timeout(20_000),
  };

  expect(await flight.run('a', options, async () => 'x')).toMatchObject({ value: 'x' });
  await until(() => seen.length === 2 && ticks.length >= 2);
  expect((await acquired.promise).aborted).toBe(false);
  await Promise.all([functions.stop(), ticking.stop(), lease.stop()]);
  await Promise.all([producer.close(), schedules.close(), flight.close()]);
  raw.disconnect();
  expect(log.lines).toEqual([]);
});
