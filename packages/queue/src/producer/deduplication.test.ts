import { expect, it } from 'vitest';
import { gate, sampleFunction, until, useQueue } from '../../test/setup.ts';
import { handle } from '../index.ts';

const redis = useQueue();

it('one more job runs with the last input when three are added while one runs', async () => {
  const sample = sampleFunction();
  const { handler, seen, release } = gate();
  await redis.start([handle(sample, handler)]);
  const producer = redis.producer();
  await producer.add(sample, { key: 'a', n: 1 });
  await until(() => seen.length === 1);

  for (const n of [2, 3, 4]) await producer.add(sample, { key: 'a', n });
  release();
  await until(() => seen.length === 2);
  release();
  await producer.add(sample, { key: 'a', n: 5 });
  await until(() => seen.at(-1) === 5);

  expect(seen).toEqual([1, 4, 5]);
});

it('one job runs with the newest input when several are added before it', async () => {
  const sample = sampleFunction();
  const producer = redis.producer();
  for (const n of [1, 2, 3]) await producer.add(sample, { key: 'a', n });
  await producer.add(sample, { key: 'b', n: 9 });
  const { handler, seen, release } = gate();
  await redis.start([handle(sample, handler)]);

  await until(() => seen.length === 2);
  release();
  release();
  await producer.add(sample, { key: 'a', n: 4 });
  await until(() => seen.length === 3);

  expect(new Set(seen)).toEqual(new Set([3, 4, 9]));
});

it('jobs of one key never run at the same time, and the last one always runs', async () => {
  const sample = sampleFunction();
  let running = 0;
  let most = 0;
  let last = 0;
  const handler = async ({ n }: { readonly n: number }): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, n % 5));
    last = n;
    running -= 1;
  };
  await redis.start([handle(sample, handler)]);
  await redis.start([handle(sample, handler)]);
  const producers = [redis.producer(), redis.producer()];

  for (let n = 1; n <= 300; n++) await producers[n % 2]?.add(sample, { key: 'a', n });

  await until(() => last === 300);
  expect(most).toBe(1);
});

it('no job is lost when many are added at the same time', async () => {
  const sample = sampleFunction();
  const done = new Map<string, number>();
  await redis.start([handle(sample, async ({ key, n }) => void done.set(key, n))]);
  const producers = [redis.producer(), redis.producer()];

  const adds = Array.from({ length: 50 }, (_, k) =>
    producers.map((producer) => producer.add(sample, { key: `k${k}`, n: k })),
  );
  await Promise.all(adds.flat());

  await until(() => done.size === 50);
});

it('a job that waits for its next attempt takes the newest input', async () => {
  const sample = sampleFunction({ retry: { attempts: 5, minMs: 600, maxMs: 600 } });
  const seen: number[] = [];
  const handler = async ({ n }: { readonly n: number }): Promise<void> => {
    seen.push(n);
    if (seen.length === 1) throw new Error('once');
  };
  await redis.start([handle(sample, handler)]);
  const producer = redis.producer();
  await producer.add(sample, { key: 'a', n: 1 });
  await expect.poll(() => redis.raw.zcard('{keelson}:sample:delayed')).toBe(1);

  await producer.add(sample, { key: 'a', n: 2 });

  await until(() => seen.length === 2);
  expect(seen).toEqual([1, 2]);
});

it('the next attempt has an input that was added while the run failed', async () => {
  const sample = sampleFunction({ retry: { attempts: Number.MAX_SAFE_INTEGER, minMs: 50, maxMs: 50 } });
  const seen: number[] = [];
  let fail: (error: Error) => void = () => undefined;
  const handler = async ({ n }: { readonly n: number }): Promise<void> => {
    seen.push(n);
    if (n === 1) await new Promise<never>((_, reject) => (fail = reject));
  };
  await redis.start([handle(sample, handler)]);
  const producer = redis.producer();
  await producer.add(sample, { key: 'a', n: 1 });
  await until(() => seen.length === 1);

  await producer.add(sample, { key: 'a', n: 2 });
  fail(new Error('no'));

  await until(() => seen.length >= 2);
  expect(seen).not.toContain(undefined);
  expect(seen.slice(0, 2)).toEqual([1, 2]);
});

it('a new job of the same key runs after a failure', async () => {
  const sample = sampleFunction();
  const seen: number[] = [];
  const handler = async ({ n }: { readonly n: number }): Promise<void> => {
    seen.push(n);
    throw new Error('always');
  };
  await redis.start([handle(sample, handler)]);
  const producer = redis.producer();
  for (const n of [1, 2, 3]) {
    await producer.add(sample, { key: 'a', n });
    await until(() => seen.at(-1) === n);
  }
});

it('a delayed job runs once with the newest input and holds up no other job', async () => {
  const sample = sampleFunction();
  const seen: number[] = [];
  await redis.start([handle(sample, async ({ n }) => void seen.push(n))]);
  const producer = redis.producer();

  await producer.add(sample, { key: 'a', n: 1 }, { delayMs: 60_000 });
  await producer.add(sample, { key: 'a', n: 2 }, { delayMs: 700 });
  await producer.add(sample, { key: 'a', n: 3 });

  await until(() => seen.length === 1);
  expect(seen).toEqual([3]);
  await until(() => seen.length === 2);
  expect(seen).toEqual([3, 2]);
  expect(await redis.raw.zcard('{keelson}:sample:delayed')).toBe(0);
});

it('a run adds its own key again with a delay', async () => {
  const sample = sampleFunction();
  const producer = redis.producer();
  const seen: number[] = [];
  const handler = async ({ n }: { readonly n: number }): Promise<void> => {
    seen.push(n);
    if (n < 5) await producer.add(sample, { key: 'a', n: n + 1 }, { delayMs: 10 });
  };
  await redis.start([handle(sample, handler)]);
  await producer.add(sample, { key: 'a', n: 1 });

  await until(() => seen.length === 5);
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});
