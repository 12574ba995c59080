import { realClusterMissing, startRealCluster } from '@keelson/testkit';
import { describe } from 'vitest';
import { clusterCases } from './support/cluster-cases.ts';

const missing = realClusterMissing();

describe.skipIf(missing !== undefined)(
  missing === undefined ? 'a real API server' : `a real API server (skipped: ${missing})`,
  () => {
    clusterCases(async () => {
      const cluster = await startRealCluster({ controllers: false });
      if (cluster === undefined) throw new Error(missing);
      return cluster;
    });
  },
);
