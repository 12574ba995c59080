import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@keelson/process';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { documentsOf } from '../src/manifests/files.ts';

const statefulSet = z.looseObject({
  kind: z.literal('StatefulSet'),
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        containers: z.tuple([z.looseObject({ command: z.array(z.string()), args: z.tuple([z.string()]) })]),
      }),
    }),
  }),
});

/** Sends commands in Redis' inline form on one connection; what came back within a moment of silence. */
async function ask(port: number, ...commands: readonly string[]): Promise<string> {
  const socket = createConnection(port, '127.0.0.1');
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  socket.end(commands.map((command) => `${command}\r\n`).join(''));
  await once(socket, 'close');
  return answer;
}

it("Keelson's Redis writes to disk, evicts nothing, and requires a password", async ({ onTestFinished }) => {
  const [found] = (await documentsOf('infrastructure/redis/redis.yaml')).flatMap((each) => {
    const read = statefulSet.safeParse(each);
    return read.success ? [read.data.spec.template.spec.containers[0]] : [];
  });
  const folder = await mkdtemp(join(tmpdir(), 'keelson-redis-'));
  const port = await freePort();
  const script = found?.args[0].replace('--dir /data', `--dir ${folder} --port ${port} --bind 127.0.0.1`) ?? '';
  const [shell = '', ...args] = found?.command ?? [];

  const child = spawn(shell, [...args, `read -r REDISCLI_AUTH; ${script}`], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end('of-this-test\n');
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    await rm(folder, { recursive: true });
  });

  await expect.poll(() => ask(port, 'PING').catch(() => 'not yet')).toContain('NOAUTH');
  const answered = await ask(
    port,
    'AUTH of-this-test',
    'SET key value',
    ...['appendonly', 'maxmemory', 'maxmemory-policy'].map((name) => `CONFIG GET ${name}`),
  );
  const words = answered.split('\r\n').filter((line) => line !== '' && !/^[$*]\d+$/.test(line));
  expect(words).toEqual([
    ...['+OK', '+OK'],
    ...['appendonly', 'yes', 'maxmemory', String(256 * 1024 * 1024), 'maxmemory-policy', 'noeviction'],
  ]);
  expect(existsSync(join(folder, 'appendonlydir'))).toBe(true);
});
