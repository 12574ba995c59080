import { randomUUID } from 'node:crypto';
import type { ApiAccess } from '@keelson/simulator';
import { ApiClient, startSimulatedCluster } from '@keelson/simulator';
import { afterAll, beforeAll, describe } from 'vitest';
import { realClusterMissing, startRealCluster } from '../../src/index.ts';
import { until } from './until.ts';

interface Running extends ApiAccess {
  stop(): Promise<void>;
}

type Mirrors = Readonly<Record<string, string>>;

const starters = [
  {
    name: 'the simulated cluster',
    missing: () => undefined,
    start: (mirrors: Mirrors): Promise<Running> =>
      startSimulatedCluster({ mirrors, times: { backoffMs: 300, killMs: 20 } }),
  },
  {
    name: 'a real API server',
    missing: (more: string | undefined) => realClusterMissing() ?? more,
    start: async (mirrors: Mirrors): Promise<Running> => {
      const cluster = await startRealCluster({ mirrors });
      if (cluster === undefined) throw new Error(realClusterMissing());
      return cluster;
    },
  },
];

/** A cluster under test, and a plain client of it. Its members may be read once the tests run. */
export interface Stage {
  readonly access: ApiAccess;
  readonly api: ApiClient;
  /** A namespace of the test's own, ready for pods. */
  namespace(): Promise<string>;
}

/** Runs the same tests on both clusters. `missing` says what more keeps those on the real one from running. */
export function onBothClusters(
  what: string,
  tests: (stage: Stage) => void,
  more: { readonly mirrors?: () => Promise<Mirrors>; readonly missing?: string | undefined } = {},
): void {
  for (const { name, missing, start } of starters) {
    const why = missing(more.missing);
    describe.skipIf(why !== undefined)(`${what} on ${name}${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
      let cluster: Running | undefined;
      let api: ApiClient | undefined;
      const started = <T>(value: T | undefined): T => {
        if (value === undefined) throw new Error('The cluster is not there before the tests run.');
        return value;
      };
      const stage: Stage = {
        get access() {
          return started(cluster);
        },
        get api() {
          return started(api);
        },
        async namespace() {
          const metadata = { name: `t-${randomUUID().slice(0, 8)}` };
          await stage.api.do('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata });
          const account = `/api/v1/namespaces/${metadata.name}/serviceaccounts/default`;
          // Without its service account the real API server lets no pod in; the simulated cluster asks for none.
          if (stage.access.ca !== undefined)
            await until(async () => (await stage.api.request('GET', account)).status === 200);
          return metadata.name;
        },
      };
      beforeAll(async () => {
        cluster = await start((await more.mirrors?.()) ?? {});
        api = new ApiClient(cluster);
      });
      afterAll(async () => {
        await api?.close();
        await cluster?.stop();
      });
      tests(stage);
    });
  }
}
