import { expect, it } from 'vitest';
import { sampleFunction, until, useQueue } from '../../test/setup.ts';
import { guardPins, handle, imagePatch, proveWayBack, registryPoll, removeFields, rolloutVerify } from '../index.ts';
import { Shares } from './shares.ts';

const redis = useQueue();

it('jobs of a namespace that all hang leave room for those of another one (law 17)', async () => {
  const sample = sampleFunction({ concurrency: 4, share: ({ key }) => key.split('/', 1)[0] ?? '' });
  const ends: (() => void)[] = [];
  const seen: string[] = [];
  const handler = async ({ key }: { readonly key: string }): Promise<void> => {
    seen.push(key);
    if (key.startsWith('tenant')) await new Promise<void>((resolve) => ends.push(resolve));
  };
  const producer = redis.producer();
  for (let n = 0; n < 50; n++) await producer.add(sample, { key: `tenant/${n}`, n });
  await producer.add(sample, { key: 'victim/app', n: 0 });
  await redis.start([handle(sample, handler)]);

  await until(() => seen.includes('victim/app'));

  expect(seen.filter((key) => key.startsWith('tenant'))).toHaveLength(2);
  const endAll = setInterval(() => {
    for (const end of ends.splice(0)) end();
  }, 10);
  await until(() => new Set(seen).size === 51);
  clearInterval(endAll);
});

it('a namespace whose registries hang leaves room for another one to be switched off (law 17)', async () => {
  const ended = Promise.withResolvers<void>();
  const seen: string[] = [];
  const handler = async ({ workload }: { readonly workload: string }): Promise<void> => {
    seen.push(workload);
    if (workload.startsWith('tenant')) await ended.promise;
  };
  const producer = redis.producer();
  for (let n = 0; n < 2 * removeFields.concurrency; n++) {
    await producer.add(removeFields, { workload: `tenant/deployment/w${n}` });
  }
  await producer.add(removeFields, { workload: 'victim/deployment/app' });
  await redis.start([handle(removeFields, handler)]);

  await until(() => seen.includes('victim/deployment/app'));

  expect(seen.length).toBeLessThanOrEqual(removeFields.concurrency);
  ended.resolve();
});

it('every function knows whose its jobs are (law 17)', () => {
  const workload = 'shop/deployment/web';
  const of = { workload, rollout: 'a1', notBefore: 0, trigger: 'poll' } as const;

  const shares = [registryPoll, imagePatch, rolloutVerify, guardPins, removeFields, proveWayBack].map((one) =>
    one.share?.(of),
  );

  expect(shares).toEqual(shares.map(() => 'shop'));
});

it('a job that comes later waits about as long as those that run, within bounds', async () => {
  let now = 0;
  const shares = new Shares(2, () => now);
  const end = Promise.withResolvers<void>();
  const running = shares.run('a', () => end.promise);

  expect(shares.delayMs('b', 0.5)).toBeUndefined();
  expect(shares.delayMs('a', 0.5)).toBe(1_000);
  now = 8_000;
  expect([0, 0.5, 1].map((chance) => shares.delayMs('a', chance))).toEqual([4_000, 8_000, 12_000]);
  now = 3_600_000;
  expect(shares.delayMs('a', 0.5)).toBe(30_000);
  end.resolve();
  await running;
  expect(shares.delayMs('a', 0.5)).toBeUndefined();
});
