import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import type { RedisServer } from '@keelson/redis/server';
import { startRedis } from '@keelson/redis/server';
import type { SimulatedCluster } from '@keelson/simulator';
import { startSimulatedCluster } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { all, readDockerfile } from '../src/ci/dockerfile.ts';
import { fakeNpx } from '../src/ci/fake-npx.ts';
import { root } from '../src/ci/files.ts';
import type { Followed } from '../src/ci/follow-dockerfile.ts';
import { followDockerfile } from '../src/ci/follow-dockerfile.ts';
import type { Place } from '../src/ci/place.ts';
import { createPlace } from '../src/ci/place.ts';

const dockerfiles = globSync(['apps/*/Dockerfile', 'apps/*/app/Dockerfile'], { cwd: root }).toSorted();

describe('every Dockerfile', () => {
  it('every Dockerfile starts from the same base image, by its digest', async () => {
    const froms = (await Promise.all(dockerfiles.map(readDockerfile))).flatMap((each) => all(each, 'FROM'));
    const bases = new Set(froms.map((from) => from.replace(/ AS \w+$/, '')));

    expect([...bases]).toEqual([expect.stringMatching(/^node:24[\w.-]*-alpine[\w.]*@sha256:[0-9a-f]{64}$/)]);
    expect(dockerfiles).toEqual(expect.arrayContaining(['apps/api/Dockerfile', 'apps/worker/Dockerfile']));
  });

  it.each(dockerfiles)('%s runs as a user other than root, by number', async (path) => {
    expect(all(await readDockerfile(path), 'USER')).toEqual([expect.stringMatching(/^[1-9]\d*(?::[1-9]\d*)?$/)]);
  });

  it.each(dockerfiles)('%s labels its image with build time and source', async (path) => {
    const instructions = await readDockerfile(path);

    expect(all(instructions, 'ARG')).toEqual(expect.arrayContaining(['BUILD_TIME', 'COMMIT', 'SOURCE', 'VERSION']));
    const labels = all(instructions, 'LABEL').join(' ');
    const label = /org\.opencontainers\.image\.(\w+)=\$(\w+)/g;
    expect(Object.fromEntries([...labels.matchAll(label)].map(([, name, from]) => [name, from]))).toEqual({
      created: 'BUILD_TIME',
      revision: 'COMMIT',
      source: 'SOURCE',
      version: 'VERSION',
    });
    const env = all(instructions, 'ENV').join(' ');
    expect(env).toMatch(/BUILD_TIME=\$BUILD_TIME COMMIT=\$COMMIT/);
  });
});

describe.each(['api', 'worker'])('what apps/%s/Dockerfile makes', (app) => {
  let place: Place;
  let made: Followed;
  let redis: RedisServer;
  let cluster: SimulatedCluster;
  beforeAll(async () => {
    [place, redis, cluster] = await Promise.all([createPlace(), startRedis(), startSimulatedCluster()]);
    await fakeNpx(place);
    made = await followDockerfile(`apps/${app}/Dockerfile`, place);
  });
  afterAll(() => Promise.all([place.remove(), redis.stop(), cluster.stop()]));

  it(`the image of apps/${app} has no tests, and nothing that only tests need`, () => {
    const left = globSync(['**/*.test.ts', '**/testing', 'packages/testkit', '**/.pnpm/{vitest,turbo,typescript}@*'], {
      cwd: made.workdir,
    });
    expect(left).toEqual([]);
    expect(globSync(`apps/${app}/src/main.ts`, { cwd: made.workdir })).toHaveLength(1);
  });

  it(`the image of apps/${app} has its packages outside node_modules, where Node strips types`, async () => {
    const linked = globSync('{apps,packages}/*/node_modules/@keelson/*', { cwd: made.workdir });

    expect(linked.length).toBeGreaterThan(3);
    for (const link of linked) expect(await realpath(join(made.workdir, link))).not.toContain('node_modules');
  });

  it(`the image of apps/${app} starts by its command and becomes healthy`, async () => {
    const kubeconfig = join(place.folder, 'kubeconfig');
    await writeFile(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
    const env = {
      REDIS_URL: redis.url,
      KUBECONFIG: kubeconfig,
      KEELSON_LISTEN: '127.0.0.1:0',
      KEELSON_HEALTH_LISTEN: '127.0.0.1:0',
      KEELSON_GRACE_SECONDS: '1',
    };
    const [program, ...args] = made.command;
    expect(program).toBe('node');

    const child = spawn(execPath, args, { cwd: made.workdir, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'exit');
    try {
      const port = await portOf(child);
      await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  });
});

/** The port that a process says in its log that it serves. Rejects with what it wrote when it ends before. */
async function portOf(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      written += chunk.toString();
      const port = /"port":(\d+)|"url":"http:\/\/127\.0\.0\.1:(\d+)/.exec(written);
      if (port) resolve(Number(port[1] ?? port[2]));
    });
  }
  child.once('exit', (code) => reject(new Error(`It ended with ${code}: ${written}`)));
  return promise;
}
