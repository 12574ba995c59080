import { expect } from 'vitest';
import { every } from '../src/manifests.ts';
import { onClusters } from '../src/on-clusters.ts';
import { otherHosts } from '../src/test-env.ts';
import { waitUntil } from '../src/wait-until.ts';

const intervalMs = 2_000;

onClusters(
  'requests to a registry',
  (it) => {
    it('ten workloads of one image cost one HEAD an interval, and no new token (law 10)', async ({ env, ns }) => {
      const registry = env.otherRegistries.bearer;
      const names = Array.from({ length: 10 }, (_, index) => `app-${index}`);
      await ns.pushTo(registry, 'shared', 'latest');
      for (const name of names) {
        const image = `${otherHosts.bearer}/${ns.name}/shared:latest`;
        await ns.deploy({ name, image, annotations: every(`${intervalMs / 1_000}s`) });
      }
      await Promise.all(names.map(ns.available));
      await ns.startWorker();
      await ns.checked(...names);

      const from = registry.requests.length;
      const [first, ...later] = await waitUntil('three intervals are over', () => {
        // Other tests use it beside this one.
        const found = registry.requests.slice(from).filter(({ path, query }) => `${path}?${query}`.includes(ns.name));
        return found.length >= 4 && found;
      });
      const requests = [first, ...later].map((each) => `${each?.method} ${each?.path.replace(/.*\//, '')}`);
      expect(new Set(requests)).toEqual(new Set(['HEAD latest']));
      const tookMs = (later[2]?.time ?? 0) - (first?.time ?? 0);
      // A timer may be late for one of them.
      expect(tookMs).toBeGreaterThan(2.5 * intervalMs);
    });
  },
  // It concerns the registry alone, and is the same on any cluster.
  { clusters: ['simulated'] },
);
