import { Queue } from 'bullmq';
import { expect, it } from 'vitest';
import { memoryLog, sampleFunction, until, useQueue } from '../../test/setup.ts';
import { handle } from '../index.ts';
import type { FunctionOutcome } from '../types.ts';

const redis = useQueue();

function outcomes() {
  const list: FunctionOutcome[] = [];
  return { list, onSettled: ({ outcome }: { readonly outcome: FunctionOutcome }) => void list.push(outcome) };
}

/** What BullMQ keeps for good of a queue that is at rest. */
async function leftovers(): Promise<string[]> {
  const keys = await redis.raw.keys('*');
  return keys.filter((key) => !/:(meta|id|events|marker|stalled-check|stalled|pc)$/.test(key));
}

it('a handler runs with its input, and no job remains in Redis', async () => {
  const sample = sampleFunction();
  const { list, onSettled } = outcomes();
  const seen: unknown[] = [];
  await redis.start([handle(sample, async (input, { attempt }) => void seen.push([input, attempt]))], { onSettled });

  await redis.producer().add(sample, { key: 'a/b', n: 1 });

  await until(() => list.length === 1);
  expect(seen).toEqual([[{ key: 'a/b', n: 1 }, 1]]);
  expect(list).toEqual(['succeeded']);
  await expect.poll(leftovers).toEqual([]);
});

it('a failed job is tried again as often as its definition says', async () => {
  const sample = sampleFunction({ retry: { attempts: 4, minMs: 1, maxMs: 5 } });
  const { list, onSettled } = outcomes();
  const attempts: number[] = [];
  const handler = async (_: unknown, { attempt }: { readonly attempt: number }): Promise<void> => {
    attempts.push(attempt);
    throw new Error('no');
  };
  await redis.start([handle(sample, handler)], { onSettled });

  await redis.producer().add(sample, { key: 'a', n: 1 });

  await until(() => list.length === 4);
  expect(attempts).toEqual([1, 2, 3, 4]);
  expect(list).toEqual(['retrying', 'retrying', 'retrying', 'failed']);
  await expect.poll(leftovers).toEqual([]);
});

it.each([
  [
    'heeds its signal',
    (signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
  ],
  ['ignores its signal', () => new Promise<void>(() => undefined)],
])('a run ends at its deadline when its handler %s', async (_, work) => {
  const sample = sampleFunction({ deadlineMs: 50 });
  const { list, onSettled } = outcomes();
  await redis.start([handle(sample, (_, { signal }) => work(signal))], { onSettled });

  await redis.producer().add(sample, { key: 'a', n: 1 });

  await until(() => list.length === 1);
  expect(list).toEqual(['failed']);
});

it('a job whose input does not parse is logged and dropped without a retry', async () => {
  const sample = sampleFunction({ retry: { attempts: 5, minMs: 1, maxMs: 1 } });
  const { list, onSettled } = outcomes();
  const log = memoryLog();
  let runs = 0;
  await redis.start([handle(sample, async () => void runs++)], { onSettled, log });
  const queue = redis.closing(new Queue('sample', { connection: { url: redis.url }, prefix: '{keelson}' }), (q) =>
    q.close(),
  );

  await queue.add('sample', { key: 'a', n: 'one' }, { attempts: 5, removeOnComplete: true });

  await until(() => list.length === 1);
  expect(list).toEqual(['invalid']);
  expect(runs).toBe(0);
  expect(log.lines).toContainEqual(
    expect.objectContaining({ level: 'error', message: expect.stringContaining('does not parse') }),
  );
});

it('a function has no more runs at the same time than its concurrency', async () => {
  const sample = sampleFunction({ concurrency: 100 });
  let running = 0;
  let most = 0;
  let done = 0;
  const handler = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
    done += 1;
  };
  await redis.start([handle(sample, handler)], { concurrency: { sample: 3 } });
  const producer = redis.producer();

  await Promise.all(Array.from({ length: 30 }, (_, n) => producer.add(sample, { key: `k${n}`, n })));

  await until(() => done === 30);
  expect(most).toBe(3);
});

it('Redis holds no error of a handler (law 12)', async () => {
  const sample = sampleFunction({ retry: { attempts: 2, minMs: 60_000, maxMs: 60_000 } });
  const { list, onSettled } = outcomes();
  const handler = async (): Promise<void> => {
    throw new Error('Bearer hunter2');
  };
  await redis.start([handle(sample, handler)], { onSettled });
  await redis.producer().add(sample, { key: 'a', n: 1 });
  await until(() => list.length === 1);
  await expect.poll(() => redis.raw.zcard('{keelson}:sample:delayed')).toBe(1);

  for (const key of await redis.raw.keys('*')) {
    expect(Buffer.from((await redis.raw.dumpBuffer(key)) ?? '').toString('latin1')).not.toContain('hunter2');
  }
});

it('a stopped runtime takes no new job', async () => {
  const sample = sampleFunction();
  let runs = 0;
  const runtime = await redis.start([handle(sample, async () => void runs++)]);
  const producer = redis.producer();
  await producer.add(sample, { key: 'a', n: 1 });
  await until(() => runs === 1);

  await runtime.stop();
  await producer.add(sample, { key: 'b', n: 1 });

  expect(await redis.raw.llen('{keelson}:sample:wait')).toBe(1);
  expect(runs).toBe(1);
});

it('stop waits the grace period for running jobs and hands over the rest', async () => {
  const sample = sampleFunction();
  const { list, onSettled } = outcomes();
  const started: string[] = [];
  const ended: string[] = [];
  let letGo: () => void = () => undefined;
  const first = await redis.start(
    [
      handle(sample, async ({ key }, { signal }) => {
        started.push(key);
        await new Promise<void>((resolve, reject) => {
          if (key === 'quick') letGo = resolve;
          signal.addEventListener('abort', () => reject(new Error('wrapped', { cause: signal.reason })));
        });
        ended.push(key);
      }),
    ],
    { onSettled, graceMs: 500 },
  );
  const producer = redis.producer();
  await producer.add(sample, { key: 'quick', n: 1 });
  await producer.add(sample, { key: 'slow', n: 2 });
  await until(() => started.length === 2);

  const stopping = first.stop();
  expect(first.stop()).toBe(stopping);
  letGo();
  await stopping;

  expect(ended).toEqual(['quick']);
  expect(list.toSorted()).toEqual(['handed-over', 'succeeded']);
  const taken: unknown[] = [];
  await redis.start([handle(sample, async ({ key, n }, { attempt }) => void taken.push([key, n, attempt]))]);
  await until(() => taken.length === 1);
  expect(taken).toEqual([['slow', 2, 1]]);
  // The key is free again. The job may run twice when it is added in the moment that the one before it ends.
  await producer.add(sample, { key: 'slow', n: 3 });
  await until(() => taken.length >= 2);
  expect(taken[1]).toEqual(['slow', 3, 1]);
});

it('nothing keeps the process alive after the stop', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const runtime = await redis.start([handle(sampleFunction(), async () => undefined)]);

  expect(await runtime.stop()).toBe(true);

  // A closed connection needs a moment to end; a forgotten timer of the shutdown would last for 3 s.
  await expect.poll(timers).toBeLessThanOrEqual(before);
});
