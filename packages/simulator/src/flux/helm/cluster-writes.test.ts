import { expect, it } from 'vitest';
import type { ApiAccess, ApiReply } from '../../api-client.ts';
import { ApiClient } from '../../api-client.ts';
import { startSimulatedCluster } from '../../cluster/start.ts';
import { ObjectPaths } from '../object-paths.ts';
import { drifted } from './cluster-writes.ts';

/** A controller writes right after the first object is read. */
class BesideController extends ApiClient {
  readonly #write: () => void;
  reads = 0;

  constructor(access: ApiAccess, write: () => void) {
    super(access);
    this.#write = write;
  }

  override async request(...args: Parameters<ApiClient['request']>): Promise<ApiReply> {
    const reply = await super.request(...args);
    if (args[0] === 'GET' && reply.body['kind'] === 'ConfigMap') {
      this.reads += 1;
      if (this.reads === 1) this.#write();
    }
    return reply;
  }
}

it('what a controller writes beside a comparison is no drift', async ({ onTestFinished }) => {
  const cluster = await startSimulatedCluster();
  const metadata = { name: 'one', namespace: 'default' };
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
  cluster.apply(manifest);
  const api = new BesideController(cluster, () =>
    cluster.apply({ ...manifest, metadata: { ...metadata, annotations: { revision: '2' } } }),
  );
  onTestFinished(async () => {
    await api.close();
    await cluster.stop();
  });

  expect(await drifted({ api, paths: new ObjectPaths(api) }, [manifest])).toEqual([]);
  expect(api.reads).toBe(2);
});
