import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import type { RedisServer } from './start-redis.ts';
import { startRedis } from './start-redis.ts';

let redis: RedisServer | undefined;
afterEach(async () => redis?.stop());

async function withClient<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    return await use(client);
  } finally {
    client.disconnect();
  }
}

it('startRedis starts a Redis that refuses to evict and is empty after a restart', async () => {
  redis = await startRedis();
  const { url } = redis;

  expect(await withClient(url, (client) => client.config('GET', 'maxmemory-policy'))).toEqual([
    'maxmemory-policy',
    'noeviction',
  ]);
  await withClient(url, (client) => client.set('a', '1'));
  await redis.restart();

  expect(await withClient(url, (client) => client.get('a'))).toBeNull();
});

it('a Redis with an append-only file keeps its data through kill -9', async () => {
  redis = await startRedis({ appendOnly: true, args: ['--appendfsync', 'always'] });
  const { url } = redis;

  await withClient(url, (client) => client.set('a', '1'));
  await redis.kill9();
  await expect(withClient(url, (client) => client.ping())).rejects.toThrow('closed');
  await redis.restart();

  expect(await withClient(url, (client) => client.get('a'))).toBe('1');
  await redis.flush();
  expect(await withClient(url, (client) => client.get('a'))).toBeNull();
});

it('startRedis throws the output of a server that does not start', async () => {
  await expect(startRedis({ args: ['--no-such-setting', '1'] })).rejects.toThrow(/no-such-setting/);
  await expect(startRedis({ binary: 'no-such-redis-server' })).rejects.toThrow(/could not be started .* Install Redis/);
});

it('Redis ends with the process that started it, even by kill -9', async () => {
  const module = fileURLToPath(new URL('./start-redis.ts', import.meta.url));
  const script = `const { startRedis } = await import(${JSON.stringify(module)}); console.log((await startRedis()).url); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  const url = String(line).trim();
  expect(await withClient(url, (client) => client.ping())).toBe('PONG');

  parent.kill('SIGKILL');
  await once(parent, 'exit');

  await expect.poll(() => withClient(url, (client) => client.ping()).catch(() => 'gone')).toBe('gone');
});
