import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostEnvironment } from '@keelson/config';
import { compileCache } from '@keelson/config/testing';
import { freePort } from '@keelson/process';
import { connectQuick } from '@keelson/redis';
import { startRedis } from '@keelson/redis/server';
import type { SimulatedCluster } from '@keelson/simulator';
import { startSimulatedCluster } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keelson, keelsonIn } from '../testing/keelson.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

let cluster: SimulatedCluster;
let folder: string;
beforeAll(async () => {
  cluster = await startSimulatedCluster();
  folder = await mkdtemp(join(tmpdir(), 'keelson-up-'));
  await writeFile(join(folder, 'kubeconfig'), cluster.kubeconfig);
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

/** Starts `keelson up` in the folder, and waits until it is ready. */
async function startUp(more: Readonly<Record<string, string>>) {
  const url = `http://127.0.0.1:${await freePort()}`;
  const env = { KUBECONFIG: join(folder, 'kubeconfig'), KEELSON_LISTEN: new URL(url).host, ...compileCache, ...more };
  const child = spawn(process.execPath, [main, 'up'], { env, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const log = { text: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    log.text += chunk.toString();
  });
  const ended = once(child, 'exit');
  const isReady = async () => (await fetch(`${url}/readyz`).catch(() => undefined))?.status === 200;
  await expect.poll(isReady).toBe(true);
  return { child, url, ended, log, [Symbol.dispose]: () => void child.kill('SIGKILL') };
}

describe('keelson up', () => {
  it('keelson up is ready once it watches the cluster, and drains at SIGTERM', async () => {
    await using redis = await startRedis();
    using up = await startUp({ REDIS_URL: redis.url });
    const metrics = await (await fetch(`${up.url}/metrics`)).text();

    expect(metrics).toContain('keelson_lease_held');
    up.child.kill('SIGTERM');
    expect(await up.ended).toEqual([0, null]);
  });

  it('keelson up that lost its Redis ends with a code', async () => {
    await using redis = await startRedis();
    using up = await startUp({ REDIS_URL: redis.url, KEELSON_GRACE_SECONDS: '1' });

    await redis.kill9();
    up.child.kill('SIGTERM');

    expect(await up.ended).toEqual([1, null]);
  });

  it('two starts do not share one Redis folder, and the Redis is started again when it ends', async () => {
    const { PATH = '' } = hostEnvironment();
    using first = await startUp({ PATH });

    const env = { PATH, KUBECONFIG: join(folder, 'kubeconfig'), KEELSON_LISTEN: '127.0.0.1:0' };
    const second = await keelsonIn(folder, env, 'up');
    expect(second).toMatchObject({
      code: 2,
      errors: expect.stringMatching(
        /^Another Keelson \(process \d+\) keeps its Redis data in .*, or set REDIS_URL\.$/m,
      ),
    });

    const redis = connectQuick(/redis:\/\/127\.0\.0\.1:\d+/.exec(first.log.text)?.[0] ?? '');
    await redis.shutdown('NOSAVE').catch(() => undefined);
    redis.disconnect();
    await expect.poll(() => first.log.text).toContain('Redis ended and was started again');
    first.child.kill('SIGTERM');
    await first.ended;
    expect(await readdir(join(folder, '.keelson', 'redis'))).not.toContain('lock.json');
  });

  it.each([
    ['a wrong setting', { KEELSON_LISTEN: 'everywhere' }, /KEELSON_LISTEN is "everywhere"; it must be host:port/],
    ['an address that others reach, without a token', { KEELSON_LISTEN: '0.0.0.0:0' }, /KEELSON_TOKEN is not set/],
  ])('keelson up says what is wrong with %s, and ends with 2', async (_, env, message) => {
    const { code, errors } = await keelson(env, 'up');

    expect(code).toBe(2);
    expect(errors).toMatch(message);
    expect(errors).not.toMatch(/\n\s+at /);
  });

  it('a folder that cannot hold the data is named, with what to do', async () => {
    const taken = await mkdtemp(join(folder, 'taken-'));
    await writeFile(join(taken, '.keelson'), '');
    const env = { KUBECONFIG: join(folder, 'kubeconfig'), KEELSON_LISTEN: '127.0.0.1:0' };

    const { code, errors } = await keelsonIn(taken, env, 'up');

    expect(code).toBe(2);
    expect(errors).toMatch(
      /^Keelson keeps its Redis data in .*, which cannot be used \(ENOTDIR.* or set REDIS_URL\.$/m,
    );
  });

  it('a start that fails starts no Redis', async () => {
    const empty = await mkdtemp(join(folder, 'empty-'));
    const env = {
      PATH: hostEnvironment().PATH ?? '',
      KUBECONFIG: '/nowhere/kubeconfig',
      KEELSON_LISTEN: '127.0.0.1:0',
    };

    const { code, errors } = await keelsonIn(empty, env, 'up');

    expect(code).toBe(2);
    expect(errors).toMatch(/\/nowhere\/kubeconfig/);
    expect(errors).not.toMatch(/\n\s+at /);
    expect(await readdir(empty)).toEqual([]);
  });
});
