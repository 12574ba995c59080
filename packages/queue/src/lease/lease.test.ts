import { expect, it } from 'vitest';
import { until, useQueue } from '../../test/setup.ts';
import { createLease } from '../index.ts';

const redis = useQueue();

function contender(holder: string, more: { ttlMs?: number; renewMs?: number; fail?: () => boolean } = {}) {
  const owned: AbortSignal[] = [];
  const { fail = () => false, ...times } = more;
  const lease = createLease({
    redis: redis.url,
    name: 'reconciler',
    holder,
    ttlMs: 1_500,
    renewMs: 100,
    ...times,
    onAcquired: async (signal) => {
      owned.push(signal);
      if (fail()) throw new Error('no');
    },
  });
  redis.closing(lease, () => lease.stop());
  return {
    lease,
    owned,
    get lost() {
      return owned.filter((signal) => signal.aborted).length;
    },
    get owns() {
      return owned.some((signal) => !signal.aborted);
    },
  };
}

it('a lease has one holder at a time, and the next one after it is released', async () => {
  const all = [contender('a'), contender('b'), contender('c')];
  await until(() => all.some(({ owns }) => owns));
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(all.filter(({ owns }) => owns)).toHaveLength(1);

  const first = all.find(({ owns }) => owns);
  await first?.lease.stop();
  expect(first?.owns).toBe(false);
  expect(first?.lost).toBe(1);
  await until(() => all.some((one) => one !== first && one.owns));
  expect(all.filter(({ owns }) => owns)).toHaveLength(1);
});

it('a lease lasts as long as its holder renews it', async () => {
  const holder = contender('a', { ttlMs: 500, renewMs: 50 });
  await until(() => holder.owns);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(holder.owned).toHaveLength(1);
  expect(holder.owns).toBe(true);
});

it('the signal of a lease aborts when another process has the lease', async () => {
  const holder = contender('a');
  await until(() => holder.owns);
  await redis.raw.set('{keelson}:lease:reconciler', 'another process', 'PX', 60_000);
  await until(() => !holder.owns);
  expect(holder.lost).toBe(1);
  expect(holder.owns).toBe(false);
});

it('stop does not release a lease that another process holds', async () => {
  const holder = contender('a');
  await until(() => holder.owns);
  await redis.raw.set('{keelson}:lease:reconciler', 'another process', 'PX', 60_000);
  await holder.lease.stop();
  expect(await redis.raw.get('{keelson}:lease:reconciler')).toBe('another process');
});

it('a lease is released and tried for again when the work of its holder fails', async () => {
  let failures = 2;
  const holder = contender('a', { fail: () => failures-- > 0 });
  await until(() => holder.owned.length === 3);
  expect(holder.owned.map(({ aborted }) => aborted)).toEqual([true, true, false]);
});

it('a lease is lost before another process can have it when Redis does not answer', async () => {
  const holder = contender('a', { ttlMs: 600, renewMs: 100 });
  await until(() => holder.owns);
  // A Redis that hangs: it takes connections and answers nothing for a while.
  await redis.raw.call('CLIENT', 'PAUSE', '2000', 'ALL');
  await until(() => !holder.owns);
  expect(holder.owns).toBe(false);
});

it('a lease goes to another process after its holder was killed', async () => {
  const killable = await redis.spawn(new URL('../../test/killable-holder.ts', import.meta.url));
  const next = contender('b');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(next.owns).toBe(false);

  await killable.kill();

  await until(() => next.owns, 10_000);
});
