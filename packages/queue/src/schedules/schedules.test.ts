import { expect, it } from 'vitest';
import { memoryLog, until, useQueue } from '../../test/setup.ts';
import type { WantedSchedule } from '../index.ts';
import { createSchedules, startTicks } from '../index.ts';

const redis = useQueue();
const open = () => redis.closing(createSchedules({ redis: redis.url }), (schedules) => schedules.close());
const every = (ms: number, offsetMs = 1): WantedSchedule => ({ schedule: { type: 'every', ms }, offsetMs });
const cron = (pattern: string, tz?: string): WantedSchedule => ({
  schedule: { type: 'cron', pattern, ...(tz && { tz }) },
  offsetMs: 0,
});

async function ticking(onTick: (id: string) => Promise<void> = async () => undefined) {
  const ticks: string[] = [];
  redis.closing(
    await startTicks({
      redis: redis.url,
      log: memoryLog(),
      onTick: async (id) => {
        ticks.push(id);
        await onTick(id);
      },
    }),
    (running) => running.stop(),
  );
  return ticks;
}

/** Milliseconds since the epoch of the next tick. */
async function nextOf(id: string): Promise<number> {
  return Number(await redis.raw.zscore('{keelson}:schedule:repeat', id));
}

it.each([
  ['an interval', every(60_000, 1_234)],
  ['an interval at its end', every(60_000, 60_000)],
  ['cron', cron('0 3 * * *')],
  ['cron with seconds and a zone', cron('*/10 0 3 * * 1-5', 'Europe/Berlin')],
])('list returns a schedule as it was put: %s', async (_, wanted) => {
  const schedules = open();
  await schedules.put('a/deployment/b', wanted);
  expect(await schedules.list()).toEqual(new Map([['a/deployment/b', wanted]]));
});

it('a schedule ticks at its place in the interval, never at once', async () => {
  const schedules = open();
  const before = Date.now();
  await schedules.put('a', every(3_600_000, 1_234_567));
  await schedules.put('b', every(3_600_000, 0));

  expect((await nextOf('a')) % 3_600_000).toBe(1_234_567);
  expect(await nextOf('a')).toBeGreaterThan(before);
  expect((await nextOf('b')) % 3_600_000).toBe(0);
  expect(await nextOf('b')).toBeGreaterThan(before);
});

it('each tick by interval or cron reaches one of several processes', async () => {
  const schedules = open();
  const [one, two] = [await ticking(), await ticking()];
  await schedules.put('ns/deployment/often', every(200, 50));
  await schedules.put('ns/deployment/cron', cron('* * * * * *'));

  const all = () => [...one, ...two];
  await until(() => all().filter((id) => id.endsWith('often')).length >= 5);
  await until(() => all().filter((id) => id.endsWith('cron')).length >= 2);
  await expect.poll(() => schedules.missing()).toEqual([]);
});

it('a schedule keeps ticking after onTick fails', async () => {
  const schedules = open();
  const ticks = await ticking(async () => {
    throw new Error('no');
  });
  await schedules.put('a', every(100));
  await until(() => ticks.length >= 3);
});

it.each([
  ['a shorter interval', every(3_600_000), every(100)],
  ['another offset', every(3_600_000, 3_599_000), every(3_600_000, 1_000)],
  ['interval to cron', every(3_600_000), cron('* * * * * *')],
  ['cron to interval', cron('0 0 1 1 *'), every(100)],
  ['another cron', cron('0 0 1 1 *'), cron('* * * * * *')],
])('a changed schedule takes effect at once: %s', async (_, before, after) => {
  const schedules = open();
  await schedules.put('a', before);
  const old = await nextOf('a');

  await schedules.put('a', after);

  const next = await nextOf('a');
  expect(next).not.toBe(old);
  const interval = after.schedule.type === 'every' ? after.schedule.ms : 1_000;
  expect(next % interval).toBe(after.offsetMs % interval);
  // One that is due in this very moment waits already.
  const [delayed, waiting] = await Promise.all([
    redis.raw.zcard('{keelson}:schedule:delayed'),
    redis.raw.llen('{keelson}:schedule:wait'),
  ]);
  expect(delayed + waiting).toBe(1);
  expect(await schedules.list()).toEqual(new Map([['a', after]]));
  if (after.schedule.type === 'every' && after.schedule.ms > 1_000) return;
  const ticks = await ticking();
  await until(() => ticks.length >= 2);
});

it('a removed schedule does not tick', async () => {
  const schedules = open();
  const ticks = await ticking();
  await schedules.put('a', every(50));
  await until(() => ticks.length >= 2);

  await schedules.remove('a');
  await schedules.remove('was never there');

  await expect.poll(() => redis.raw.zcard('{keelson}:schedule:delayed')).toBe(0);
  const after = ticks.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(ticks.length).toBeLessThanOrEqual(after + 1);
  expect(await schedules.list()).toEqual(new Map());
});

it('a schedule that cannot be kept keeps no other one from being written (law 17)', async () => {
  const schedules = open();
  const good = [['victim/deployment/a', every(60_000)] as const, ['victim/deployment/b', cron('0 3 * * *')] as const];
  const bad = [['tenant/deployment/a', cron('0 0 31 2 *')] as const, ['tenant/deployment/b', every(0.5)] as const];

  expect(await schedules.reconcile(new Map([...bad, ...good]))).toMatchObject({
    put: 2,
    refused: bad.map(([id]) => id),
  });
  expect(await schedules.list()).toEqual(new Map(good));
});

it('reconcile writes schedules that differ, removes unknown ones and leaves the rest untouched', async () => {
  const schedules = open();
  await schedules.put('same', every(60_000, 7));
  await schedules.put('same cron', cron('0 3 * * *', 'Europe/Berlin'));
  await schedules.put('other interval', every(60_000));
  await schedules.put('other offset', every(60_000, 5));
  await schedules.put('gone', every(60_000));
  const before = await redis.raw.hgetall('{keelson}:schedule:repeat:same');
  const wanted = new Map([
    ['same', every(60_000, 7)],
    ['same cron', cron('0 3 * * *', 'Europe/Berlin')],
    ['other interval', every(30_000)],
    ['other offset', every(60_000, 6)],
    ['new', cron('0 4 * * *')],
  ]);

  expect(await schedules.reconcile(wanted)).toEqual({ put: 3, removed: 1, untouched: 2, refused: [] });

  expect(await schedules.list()).toEqual(wanted);
  expect(await redis.raw.hgetall('{keelson}:schedule:repeat:same')).toEqual(before);
  expect(await schedules.reconcile(wanted)).toEqual({ put: 0, removed: 0, untouched: 5, refused: [] });
});

it('reconcile fixes a schedule whose next tick was lost', async () => {
  const schedules = open();
  await schedules.put('a', every(60_000, 7));
  await schedules.put('b', every(60_000, 7));
  const job = `repeat:a:${await nextOf('a')}`;
  await redis.raw.del(`{keelson}:schedule:${job}`);
  await redis.raw.zrem('{keelson}:schedule:delayed', job);

  expect(await schedules.missing()).toEqual(['a']);
  const wanted = new Map([
    ['a', every(60_000, 7)],
    ['b', every(60_000, 7)],
  ]);
  expect(await schedules.reconcile(wanted)).toEqual({ put: 1, removed: 0, untouched: 1, refused: [] });
  expect(await schedules.missing()).toEqual([]);
  expect(await redis.raw.zcard('{keelson}:schedule:delayed')).toBe(2);
});

it('reconcile writes and removes thousands of schedules, more than it sends at once', async () => {
  const schedules = open();
  const count = 2_000;
  const wanted = new Map(
    Array.from({ length: count }, (_, i) => [`ns/deployment/w${i}`, every(60_000, 1 + ((i * 7_919) % 60_000))]),
  );

  expect(await schedules.reconcile(wanted)).toMatchObject({ put: count });
  expect(await schedules.reconcile(wanted)).toMatchObject({ put: 0, untouched: count });
  expect(await schedules.reconcile(new Map())).toMatchObject({ removed: count });

  expect(await redis.raw.zcard('{keelson}:schedule:delayed')).toBe(0);
});

it.each([
  ['an interval of nothing', 'a', every(0)],
  ['half a millisecond', 'a', every(0.5)],
  ['a pattern that is none', 'a', cron('every day')],
  ['a day that never comes', 'a', cron('0 0 31 2 *')],
  ['an unknown zone', 'a', cron('0 3 * * *', 'Mars/Base')],
  ['an id with a colon', 'a:b', every(60_000)],
])('put refuses %s', async (_, id, wanted) => {
  const schedules = open();
  await expect(schedules.put(id, wanted)).rejects.toMatchObject({ code: 'invalid' });
  expect(await schedules.list()).toEqual(new Map());
});
