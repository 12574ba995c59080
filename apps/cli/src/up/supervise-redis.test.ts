import { createLogger } from '@keelson/log';
import { connectQuick } from '@keelson/redis';
import { startRedis } from '@keelson/redis/server';
import { expect, it, onTestFinished } from 'vitest';
import { superviseRedis } from './supervise-redis.ts';

async function supervised(...pauses: number[]) {
  const redis = await startRedis({ appendOnly: true, args: ['--appendfsync', 'always'] });
  onTestFinished(() => redis.stop());
  const lines: { level: string; msg: string; ended?: string }[] = [];
  const log = createLogger({ level: 'info', name: 'test', destination: { write: (l) => lines.push(JSON.parse(l)) } });
  const { lost, ...supervised } = superviseRedis(redis, { directory: '/data', log, pauses });
  const stop = () => supervised.stop();
  onTestFinished(stop);
  return { redis, lost, stop, lines };
}

it('a Redis that was killed is started again on its port and data, which one line says', async () => {
  const { redis, lines } = await supervised(0, 0);
  const client = connectQuick(redis.url);
  onTestFinished(() => client.disconnect());
  await client.set('a', '1');

  await redis.kill9();

  await expect.poll(() => client.get('a').catch(() => undefined)).toBe('1');
  expect(lines).toMatchObject([{ level: 'warn', msg: 'Redis ended and was started again', ended: 'signal SIGKILL' }]);
});

it('a Redis that ends again and again is given up, with what to do', async () => {
  const { redis, lost, lines } = await supervised(0, 0);

  for (const kill of [1, 2]) {
    await redis.kill9();
    await expect.poll(() => lines.length).toBe(kill);
  }
  await redis.kill9();

  expect(await lost).toBe('redis-lost');
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'fatal']);
  expect(lines.at(-1)?.msg).toMatch(/^Redis ended again and again .* start Keelson again\.$/);
});

it('a Redis that is stopped is not started again, nor one that is being started', async () => {
  const { redis, stop, lines } = await supervised(0, 0);
  await redis.kill9();

  await stop();

  const client = connectQuick(redis.url);
  onTestFinished(() => client.disconnect());
  await expect(client.ping()).rejects.toThrow('max retries');
  expect(lines.length).toBeLessThan(2);
});
