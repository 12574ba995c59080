import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCache } from '@keelson/config/testing';
import { freePort } from '@keelson/process';
import { startRedis } from '@keelson/redis/server';
import { startSimulatedCluster } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { keelson, keelsonProcess } from '../testing/keelson.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

describe('keelson up', { timeout: 60_000 }, () => {
  it('keelson up is ready once it watches the cluster, and drains at SIGTERM', async () => {
    await using redis = await startRedis();
    const cluster = await startSimulatedCluster();
    const folder = await mkdtemp(join(tmpdir(), 'keelson-up-'));
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, cluster.kubeconfig);
    const port = await freePort();
    const env = { REDIS_URL: redis.url, KUBECONFIG: kubeconfig, KEELSON_LISTEN: `127.0.0.1:${port}`, ...compileCache };
    const child = spawn(process.execPath, [main, 'up'], { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    try {
      const ready = async (): Promise<boolean> => {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
        return answer?.status === 200;
      };
      while (!(await ready())) await new Promise((resolve) => setTimeout(resolve, 50));
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

      expect(metrics).toContain('keelson_lease_held');
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
      await cluster.stop();
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    [
      'a wrong setting',
      { KEELSON_LISTEN: 'everywhere' },
      /KEELSON_LISTEN is "everywhere"; it must be host:port/,
      keelson,
    ],
    [
      'an address that others reach, without a token',
      { KEELSON_LISTEN: '0.0.0.0:0' },
      /KEELSON_TOKEN is not set/,
      keelson,
    ],
    [
      'a kubeconfig that does not exist',
      { KUBECONFIG: '/nowhere/kubeconfig' },
      /\/nowhere\/kubeconfig/,
      keelsonProcess,
    ],
  ])('keelson up says what is wrong with %s, and ends with 2', async (_, env, message, start) => {
    await using redis = await startRedis();
    const { code, errors } = await start({ REDIS_URL: redis.url, KEELSON_LISTEN: '127.0.0.1:0', ...env }, 'up');

    expect(code).toBe(2);
    expect(errors).toMatch(message);
    expect(errors).not.toMatch(/\n\s+at /);
  });
});
