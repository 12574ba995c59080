import { randomUUID } from 'node:crypto';
import type { ApiAccess } from '@keelson/simulator';
import { ApiClient, startSimulatedCluster } from '@keelson/simulator';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { realClusterMissing, startRealCluster } from '../../src/index.ts';

type Mirrors = Readonly<Record<string, string>>;

/** A cluster under test. Its members may be read once the tests run. */
export interface TestEnv {
  readonly access: ApiAccess;
  readonly api: ApiClient;
  /** Makes a namespace for one test, ready for pods, and returns its name. */
  readonly namespace: () => Promise<string>;
}

export interface EnvOptions {
  /** Starts the registries of these tests. @returns where the cluster's nodes reach them, by host: hosts that no other file uses */
  readonly mirrors?: () => Promise<Mirrors>;
  /** Why the tests cannot run on a real API server, beside the reasons that all have. */
  readonly missing?: string | undefined;
}

const nowhere: Record<string, string> = {};
/** One real cluster serves all files that run in this worker; `mirrors` are those of the present file. */
const onReal = test
  .extend('mirrors', { scope: 'worker' }, nowhere)
  .extend('cluster', { scope: 'worker' }, async ({ mirrors }, { onCleanup }) => {
    const cluster = await startRealCluster({ mirrors });
    if (cluster === undefined) throw new Error(realClusterMissing());
    onCleanup(() => cluster.stop());
    return cluster;
  });

/** Runs the same tests on the simulated cluster, and on a real API server where there is one. */
export function onBothClusters(what: string, tests: (env: TestEnv) => void, options: EnvOptions = {}): void {
  const { mirrors = async () => ({}), missing } = options;

  describe(`${what} on the simulated cluster`, () => {
    const env = createEnv();
    let stop: (() => Promise<void>) | undefined;
    beforeAll(async () => {
      const times = { backoffMs: 300, killMs: 20 };
      const cluster = await startSimulatedCluster({ mirrors: await mirrors(), times });
      stop = () => cluster.stop();
      env.connect(cluster);
    });
    afterAll(async () => {
      await env.close();
      await stop?.();
    });
    tests(env);
  });

  const why = realClusterMissing() ?? missing;
  describe.skipIf(why !== undefined)(
    `${what} on a real API server${why === undefined ? '' : ` (skipped: ${why})`}`,
    () => {
      const env = createEnv();
      onReal.beforeAll(async ({ cluster, mirrors: ofCluster }) => {
        Object.assign(ofCluster, await mirrors());
        env.connect(cluster);
      });
      onReal.afterAll(async ({ mirrors: ofCluster }) => {
        await env.close();
        for (const host of Object.keys(ofCluster)) delete ofCluster[host];
      });
      tests(env);
    },
  );
}

function createEnv() {
  let connected: { readonly access: ApiAccess; readonly api: ApiClient } | undefined;
  const now = () => {
    if (connected === undefined) throw new Error('The cluster is not there before the tests run.');
    return connected;
  };
  return {
    connect(access: ApiAccess): void {
      connected = { access, api: new ApiClient(access) };
    },
    close: async (): Promise<void> => connected?.api.close(),
    get access() {
      return now().access;
    },
    get api() {
      return now().api;
    },
    namespace: async (): Promise<string> => {
      const { api } = now();
      const name = `t-${randomUUID().slice(0, 8)}`;
      await api.do('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      // The real API server refuses pods without it. Its controllers make it too, a moment later.
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
      await api.request('POST', `/api/v1/namespaces/${name}/serviceaccounts`, account);
      return name;
    },
  } satisfies TestEnv & Record<string, unknown>;
}
