import { startRegistry } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { every } from '../src/manifests.ts';
import { openScene } from '../src/scene.ts';
import { startStage } from '../src/stage.ts';
import { quiet } from '../src/until.ts';

/** What concerns the registry alone is the same on any cluster. */
describe('between Keelson and the registry', () => {
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
});
