import { ApiClient } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { realClusterMissing, startRealCluster } from './start-real-cluster.ts';

const missing = realClusterMissing('plain');

// That the newest one does serve them is what the contract of the pin policy shows.
describe.skipIf(missing !== undefined)(
  `the plain Kubernetes${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    it('serves no admission policies that mutate', async () => {
      const cluster = await startRealCluster({ assets: 'plain', controllers: false });
      if (cluster === undefined) throw new Error(missing);
      const api = new ApiClient(cluster);
      const version = await api.do('GET', '/version');
      const { resources } = await api.do('GET', '/apis/admissionregistration.k8s.io/v1');
      await api.close();
      await cluster.stop();

      expect(version['minor']).toMatch(/^35/);
      expect(JSON.stringify(resources)).not.toContain('mutatingadmissionpolicies');
    });
  },
);
