import { ApiClient } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { realClusterMissing, startRealCluster } from './start-real-cluster.ts';

const rows = [
  { assets: 'newest', minor: /^3[6-9]|^[4-9]\d/, policies: true },
  { assets: 'plain', minor: /^35/, policies: false },
] as const;

for (const { assets, minor, policies } of rows) {
  const missing = realClusterMissing(assets);
  const title = `the ${assets} Kubernetes${missing === undefined ? '' : ` (skipped: ${missing})`}`;

  describe.skipIf(missing !== undefined)(title, () => {
    it(`serves admission policies that mutate: ${policies}`, async () => {
      const cluster = await startRealCluster({ assets });
      if (cluster === undefined) throw new Error(missing);
      const api = new ApiClient(cluster);
      const version = await api.do('GET', '/version');
      const { resources } = await api.do('GET', '/apis/admissionregistration.k8s.io/v1');
      await api.close();
      await cluster.stop();

      expect(version['minor']).toMatch(minor);
      expect(JSON.stringify(resources).includes('mutatingadmissionpolicies')).toBe(policies);
    });
  });
}
