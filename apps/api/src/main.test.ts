import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { compileCache } from '@keelson/config/testing';
import type { RedisServer } from '@keelson/redis/server';
import { sharedRedis } from '@keelson/redis/testing';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { readSse } from './testing/sse.ts';

let redis: RedisServer;
let child: ChildProcessByStdio<null, Readable, Readable> | undefined;
beforeAll(async () => {
  redis = await sharedRedis();
});
afterEach(() => child?.kill('SIGKILL'));

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** The process, and everything that it has written so far. */
function run(env: Record<string, string>) {
  const written = { text: '' };
  const process = spawn(execPath, [main], { env: { ...env, ...compileCache }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      written.text += chunk.toString();
    });
  }
  child = process;
  return { process, written, exited: once(process, 'exit') };
}

it.each(['SIGTERM', 'SIGINT'] as const)('the API process runs until %s and then shuts down', async (signal) => {
  const { process, written, exited } = run({
    REDIS_URL: redis.url,
    KEELSON_LISTEN: '127.0.0.1:0',
    KEELSON_GRACE_SECONDS: '5',
  });
  const url = /"url":"(http:[^"]+)"/;
  await expect.poll(() => written.text).toMatch(url);
  const address = url.exec(written.text)?.[1] ?? '';
  await expect.poll(async () => (await fetch(`${address}/readyz`)).status).toBe(200);
  const sse = readSse((await fetch(`${address}/api/v1/events`)).body);
  await sse.next();

  process.kill(signal);

  expect(await sse.next()).toBeUndefined();
  expect(await exited).toEqual([0, null]);
  expect(written.text).toContain('stopped');
});

it.each([
  ['no Redis', {}, /REDIS_URL is not set/],
  [
    'an address that others reach and no token',
    { REDIS_URL: 'redis://127.0.0.1:1', KEELSON_LISTEN: '0.0.0.0:0' },
    /KEELSON_TOKEN/,
  ],
  ['a secret in a variable that is wrong', { REDIS_URL: 'http://user:hunter2@127.0.0.1' }, /REDIS_URL/],
])('the API process ends with a message about %s', async (_, env, message) => {
  const { written, exited } = run(env);

  expect(await exited).toEqual([2, null]);
  expect(written.text).toMatch(message);
  expect(written.text).not.toContain('hunter2');
  expect(written.text).not.toMatch(/^\s+at /m);
});
