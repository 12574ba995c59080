import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerSpec, RunningContainer, TestRegistry } from '@keelson/testkit';
import { startRegistry } from '@keelson/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ProcessRuntime } from '../create-process-runtime.ts';
import { createProcessRuntime } from '../create-process-runtime.ts';
import { pushRedisStandIn } from './push-redis.ts';

const program = execFileSync('sh', ['-c', 'command -v redis-server'], { encoding: 'utf8' }).trim();
const image = 'docker.io/library/redis:7.4-alpine';
/** As manifests start it: the password by standard input, and folders that are not here. */
const args = ['exec redis-server - --dir /data --port 6379 --appendonly yes <<END\nrequirepass $REDISCLI_AUTH\nEND'];
let registry: TestRegistry;
let folder: string;
let runtime: ProcessRuntime;
let redis: RunningContainer;

beforeAll(async () => {
  registry = await startRegistry();
  folder = await mkdtemp(join(tmpdir(), 'keelson-redis-'));
  runtime = createProcessRuntime({ folder, mirrors: { 'docker.io': registry.url } });
  await pushRedisStandIn(registry, '7.4-alpine', program);
  const top = await fetch(`${registry.url}/v2/library/redis/manifests/7.4-alpine`);
  const imageID = `docker.io/library/redis@${top.headers.get('docker-content-digest')}`;
  await runtime.pull({ image, imageID, credentials: undefined });
  const spec: ContainerSpec = {
    imageID,
    pod: { namespace: 'default', name: 'redis-0', uid: 'u' },
    name: 'redis',
    command: ['sh', '-c'],
    args,
    workingDir: undefined,
    env: { REDISCLI_AUTH: 'hush' },
    ports: [6379],
  };
  redis = await runtime.start(spec);
});
afterAll(async () => {
  await runtime.stop();
  await registry.stop();
  await rm(folder, { recursive: true });
});

it('is a Redis on the port of its container, with the password of its manifest', async () => {
  const ping = () => redis.exec(['redis-cli', '-e', 'ping'], 5000);
  await expect.poll(ping, { timeout: 10_000 }).toEqual({ exitCode: 0, output: 'PONG' });

  const wrong = await redis.exec(['sh', '-c', 'REDISCLI_AUTH=wrong redis-cli -e ping'], 5000);

  expect(wrong).toEqual({ exitCode: 1, output: expect.stringContaining('WRONGPASS') });
  expect(redis.log()).toContain(`port=${redis.address?.port}`);
});

it('ends well by SIGTERM, after which its command line finds nobody', async () => {
  await redis.stop(10_000);

  expect(await redis.exited).toEqual({ code: 0, signal: null });
  expect(await redis.exec(['redis-cli', 'ping'], 5000)).toEqual({
    exitCode: 1,
    output: `connect ECONNREFUSED 127.0.0.1:${redis.address?.port}`,
  });
});
