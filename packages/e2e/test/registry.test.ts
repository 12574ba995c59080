import { startApi } from '@keelson/api';
import { createLogger } from '@keelson/log';
import type { TestRegistry } from '@keelson/testkit';
import { startRegistry } from '@keelson/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { every } from '../src/manifests.ts';
import type { Scene } from '../src/scene.ts';
import { openScene } from '../src/scene.ts';
import type { Stage } from '../src/stage.ts';
import { startStage } from '../src/stage.ts';
import { quiet, until } from '../src/until.ts';

/** What concerns the registry alone is the same on any cluster. */
describe('between Keelson and the registry', () => {
  let stage: Stage;
  let scene: Scene;
  let hanging: TestRegistry;

  beforeAll(async () => {
    hanging = await startRegistry();
    stage = await startStage('simulated', { mirrors: { 'registry.hanging.test': hanging.url } });
  });
  afterAll(async () => {
    await stage.stop();
    await hanging.stop();
  });
  beforeEach(async () => {
    scene = await openScene(stage);
  });
  afterEach(async () => {
    hanging.faults.clear();
    await scene.close();
  });

  it('looks at other images while one registry hangs', async () => {
    await scene.push('latest');
    await scene.deploy({ name: 'good', image: scene.image('latest') });
    await scene.settled('good');
    for (let index = 0; index < 20; index += 1) {
      await scene.deploy({ name: `stuck-${index}`, image: `registry.hanging.test/stuck/app-${index}:latest` });
    }
    hanging.faults.inject({ fault: { type: 'hang' } });
    const pushed = await scene.push('latest');
    await scene.startWorker();

    const rollout = await scene.rolledOut('good', pushed);
    const stuck = await scene.history.workload(scene.id('stuck-0'));
    expect(rollout.code).toBe('pushed-while-away');
    expect(stuck?.check?.code ?? 'still hanging').toMatch(/still hanging|timeout|paused/);
    const given = await until('the hanging one is given up', async () => {
      const check = (await scene.history.workload(scene.id('stuck-0')))?.check;
      return check?.error && check;
    });
    expect(given.code).toMatch(/timeout|paused/);
    expect(given.sentence).toContain('registry.hanging.test');
  });

  it('asks once an image and interval, however many workloads share it, and keeps the token (law 10)', async () => {
    const registry = await startRegistry({ auth: { type: 'bearer' } });
    const own = await startStage('simulated', { mirrors: { 'registry.counted.test': registry.url } });
    const counted = await openScene(own);
    try {
      await counted.pushTo(registry, 'shared', 'latest');
      for (let index = 0; index < 10; index += 1) {
        await counted.deploy({
          name: `app-${index}`,
          image: `registry.counted.test/${counted.namespace}/shared:latest`,
          annotations: every('2s'),
        });
      }
      await Promise.all(Array.from({ length: 10 }, (_, index) => counted.settled(`app-${index}`)));
      await counted.startWorker();
      await counted.watched(...Array.from({ length: 10 }, (_, index) => `app-${index}`));
      const from = registry.requests.length;
      await quiet(6_500);
      const kinds = registry.requests.slice(from).map(({ method, path }) => `${method} ${path.replace(/.*\//, '')}`);

      expect(kinds.every((kind) => kind === 'HEAD latest')).toBe(true);
      // Three intervals and a bit of a fourth.
      expect(kinds.length).toBeGreaterThanOrEqual(2);
      expect(kinds.length).toBeLessThanOrEqual(4);
    } finally {
      await counted.close();
      await own.stop();
      await registry.stop();
    }
  });

  it('takes a webhook as a hint: a forged one changes nothing, a true one is noticed at once (law 2)', async () => {
    await scene.watching('myapp');
    const log = createLogger({ level: 'fatal', name: 'e2e' });
    const api = await startApi({ config: { ...scene.config, listen: { host: '127.0.0.1', port: 0 } }, log });
    try {
      const hook = (digest: string) =>
        fetch(`${api.url}/hooks/registry`, {
          method: 'POST',
          headers: { 'content-type': 'application/vnd.docker.distribution.events.v1+json' },
          body: JSON.stringify({
            events: [
              {
                id: '1',
                action: 'push',
                target: {
                  mediaType: 'application/vnd.oci.image.manifest.v1+json',
                  repository: scene.repository,
                  tag: 'latest',
                  digest,
                },
                request: { host: stage.registry.host, method: 'PUT' },
              },
            ],
          }),
        });
      const forged = await hook(`sha256:${'0'.repeat(64)}`);
      expect(forged.status).toBe(202);
      await quiet(1_500);
      expect(await scene.rollouts('myapp')).toEqual([]);

      const pushed = await scene.push('latest');
      await Promise.all([hook(pushed), hook(pushed)]);
      const rollout = await scene.rolledOut('myapp', pushed);
      await quiet(1_500);
      expect(rollout.trigger).toBe('webhook');
      expect(await scene.rollouts('myapp')).toHaveLength(1);

      const shown = await fetch(`${api.url}/api/v1/workloads/${scene.namespace}/deployment/myapp/history`);
      expect(await shown.json()).toMatchObject({ items: [{ state: 'succeeded', trigger: 'webhook' }] });
    } finally {
      await api.stop();
    }
  });
});
