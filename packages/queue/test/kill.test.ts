import { expect, it } from 'vitest';
import { handle } from '../src/index.ts';
import { sampleFunction, until, useQueue } from './setup.ts';

const redis = useQueue();

it('the job of a killed worker runs on another worker, then the one added meanwhile (law 4)', async () => {
  const sample = sampleFunction();
  const producer = redis.producer();
  await producer.add(sample, { key: 'a', n: 1 });
  const killable = await redis.spawn(new URL('./killable-worker.ts', import.meta.url));
  expect(killable.said).toContain('running 1');

  await killable.kill();
  await producer.add(sample, { key: 'a', n: 2 });
  const seen: number[] = [];
  await redis.start([handle(sample, async ({ n }) => void seen.push(n))]);

  await until(() => seen.length >= 1);
  await producer.add(sample, { key: 'a', n: 3 });
  await until(() => seen.at(-1) === 3);
  expect(seen).toContain(2);
  expect(seen).not.toContain(1);
});
