import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { readConfig } from '@keelson/config';
import { compileCache } from '@keelson/config/testing';
import { createLogger } from '@keelson/log';
import { freePort } from '@keelson/process';
import { registryPoll } from '@keelson/queue';
import { queueCounts } from '@keelson/queue/testing';
import { connectQuick } from '@keelson/redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serveHealth } from './health.ts';
import { startWorker } from './start-worker.ts';
import { deployment } from './testing/manifests.ts';
import type { TestEnv } from './testing/test-env.ts';
import { soon, startTestEnv } from './testing/test-env.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

let env: TestEnv;
let folder: string;
let kubeconfig: string;
let child: ChildProcessByStdio<null, Readable, Readable> | undefined;
beforeAll(async () => {
  env = await startTestEnv();
  folder = await mkdtemp(join(tmpdir(), 'keelson-worker-'));
  kubeconfig = await configFor(env.cluster.server);
});
afterEach(() => child?.kill('SIGKILL'));
afterAll(async () => {
  await env.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A kubeconfig for this server. */
async function configFor(server: string): Promise<string> {
  const path = join(folder, `${new URL(server).port}.yaml`);
  await writeFile(path, env.cluster.kubeconfig.replaceAll(env.cluster.server, server));
  return path;
}

/** Starts the process and collects its output. */
function run(env: Record<string, string>) {
  const written = { text: '' };
  const worker = spawn(execPath, [main], { env: { ...env, ...compileCache }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      written.text += chunk.toString();
    });
  }
  child = worker;
  return { worker, written, exited: once(worker, 'exit') };
}

const settings = (more: Record<string, string> = {}) => ({
  REDIS_URL: env.redis.url,
  KUBECONFIG: kubeconfig,
  KEELSON_HEALTH_LISTEN: '127.0.0.1:0',
  KEELSON_GRACE_SECONDS: '1',
  KEELSON_INSECURE_REGISTRIES: '127.0.0.1:*',
  ...more,
});

/** Starts a worker in this process with settings as `main` reads them. */
async function startHere(more: Record<string, string>) {
  const { redisUrl = '', ...config } = readConfig(settings(more));
  const written: string[] = [];
  const log = createLogger({ level: 'trace', name: 'worker', destination: { write: (line) => written.push(line) } });
  return { worker: await startWorker({ config: { ...config, redisUrl }, log }), config, written };
}

const readiness = (written: { readonly text: string }) =>
  soon(async () => {
    const port = /"port":(\d+)/.exec(written.text)?.[1];
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    return { status: answer.status, text: await answer.text() };
  });

it.each(['SIGTERM', 'SIGINT'] as const)(
  'the worker works until %s, and hands over jobs that did not end in time',
  async (signal) => {
    const prefix = signal.toLowerCase();
    const image = `${env.registry.host}/${prefix}/app:latest`;
    env.registry.faults.inject({ path: prefix, fault: { type: 'hang' } });
    env.cluster.apply(deployment(prefix, 'web', { images: { app: image } }));
    const checks = async () => (await queueCounts({ redis: env.redis.url, prefix }))[registryPoll.name];
    const { worker, written, exited } = run(settings({ KEELSON_PREFIX: prefix, KEELSON_NAMESPACES: prefix }));
    await soon(async () => expect((await readiness(written)).status).toBe(200));
    await soon(async () => expect((await checks())?.active).toBe(1));

    worker.kill(signal);

    expect(await exited).toEqual([0, null]);
    expect(written.text).toContain('stopped');
    expect(await checks()).toMatchObject({ active: 0, waiting: 1 });
  },
);

describe('a missing dependency', () => {
  it.each([
    [
      'the cluster',
      async () => ({ KUBECONFIG: await configFor(`http://127.0.0.1:${await freePort()}`) }),
      /The cluster at http/,
    ],
    ['Redis', async () => ({ REDIS_URL: `redis://:hunter2@127.0.0.1:${await freePort()}` }), /Redis/],
  ])('the worker without %s is not ready, says so, and stops', async (_, away, message) => {
    const { worker, config, written } = await startHere(await away());
    const health = await serveHealth(worker, config);

    const answer = await fetch(`http://127.0.0.1:${health.port}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toMatch(message);
    await Promise.all([worker.stop(), health.stop()]);

    expect(written.join('')).not.toContain('hunter2');
  });
});

it('the worker logs and counts each record in Redis that it cannot read, once', async () => {
  const redis = connectQuick(env.redis.url);
  await redis.zadd('{unreadable}:h:workloads', 0, 'ns/deployment/web');
  await redis.hset('{unreadable}:h:workload:ns/deployment/web', 'record', '{}');
  await redis.sadd('{unreadable}:h:active', 'a6klagnhs');
  await redis.hset('{unreadable}:h:rollouts', 'a6klagnhs', '?');
  redis.disconnect();

  const { worker, written } = await startHere({ KEELSON_PREFIX: 'unreadable', KEELSON_NAMESPACES: 'unreadable' });
  const counted = async () => /^keelson_unreadable_records_total (\d+)$/m.exec(await worker.metrics.metrics())?.[1];
  await soon(async () => expect(await counted()).toBe('2'));
  await worker.stop();

  const lines = written.filter((line) => line.includes('a record in Redis cannot be read'));
  expect(new Set(lines.map((line) => /record of [\w/]+|Rollout \w+/.exec(line)?.[0]))).toEqual(
    new Set(['Rollout a6klagnhs', 'record of ns/deployment/web']),
  );
  expect(lines).toHaveLength(2);
});

it.each<[string, string, RegExp]>([
  ['a missing kubeconfig', 'KUBECONFIG', /^The kubeconfig cannot be read\. Check .*gone\.yaml/],
  ['a missing registries.yaml', 'KEELSON_REGISTRIES', /^KEELSON_REGISTRIES names .*gone\.yaml, which cannot be read/],
])('startWorker says what to fix with %s', async (_, variable, message) => {
  await expect(startHere({ [variable]: join(folder, 'gone.yaml') })).rejects.toThrow(message);
});

it.each<[string, () => Record<string, string>, RegExp]>([
  ['no Redis', () => ({ REDIS_URL: '' }), /^REDIS_URL is not set/],
  [
    'unreadable settings, one of them a secret',
    () => ({ KEELSON_GRACE_SECONDS: 'soon', REDIS_URL: 'http://user:hunter2@127.0.0.1' }),
    /KEELSON_GRACE_SECONDS is "soon".*REDIS_URL|REDIS_URL.*KEELSON_GRACE_SECONDS is "soon"/s,
  ],
  [
    'an address that is taken',
    () => ({ KEELSON_HEALTH_LISTEN: env.registry.host }),
    /The worker cannot listen on .*KEELSON_HEALTH_LISTEN/,
  ],
])('the worker ends with a message that says what to fix with %s', async (_, env, message) => {
  const { written, exited } = run(settings({ ...env(), KEELSON_LOG_LEVEL: 'silent' }));

  expect(await exited).toEqual([2, null]);
  expect(written.text).toMatch(message);
  expect(written.text).not.toContain('hunter2');
  expect(written.text).not.toMatch(/^\s+at /m);
});
