import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Responder } from '../../test/support/fake-api.ts';
import { json, startFakeApi, status } from '../../test/support/fake-api.ts';
import { cronJob, deployment } from '../../test/support/objects.ts';
import { soon } from '../../test/support/soon.ts';
import { connect } from '../http/connect.ts';
import type { KubeLog } from '../log.ts';
import type { ClusterView } from '../types.ts';
import { createClusterView } from './cluster-view.ts';

const web = { namespace: 'shop', kind: 'Deployment', name: 'web' } as const;

function live<T extends { readonly metadata: object }>(object: T) {
  const metadata = { ...object.metadata, namespace: 'shop', uid: 'uid-web', resourceVersion: '1', generation: 1 };
  return { ...object, metadata };
}

/** Answers lists by path, and holds every watch open. */
const cluster =
  (lists: Readonly<Record<string, readonly unknown[] | 403>>): Responder =>
  ({ path, query }, response) => {
    if (query.has('watch')) return response.flushHeaders();
    const items = lists[path] ?? [];
    if (items === 403) return json(response, 403, status(403, 'Forbidden', `cannot list ${path}`));
    return json(response, 200, { metadata: { resourceVersion: '1' }, items });
  };

async function viewOf(respond: Responder, options: Parameters<typeof createClusterView>[1] = {}) {
  const api = await startFakeApi(respond);
  const http = await connect({ kubeconfigText: api.kubeconfig });
  const warnings: { readonly message: string; readonly path: unknown; readonly error: string }[] = [];
  const log: KubeLog = {
    info: () => undefined,
    warn: ({ err, path }, message) => warnings.push({ message, path, error: String(err) }),
  };
  const timing = { refusedMinMs: 10, refusedMaxMs: 20, backoffMinMs: 10, backoffMaxMs: 20 };
  const view: ClusterView = createClusterView(http, { log, timing, ...options });
  onTestFinished(async () => {
    await view.stop();
    await http.close();
    await api.stop();
  });
  return { view, api, warnings };
}

function fail(): never {
  throw new Error('no workload');
}

describe('a view', () => {
  it.each([
    ['/apis/batch/v1/cronjobs', 'cronjobs.batch'],
    // What a role of an older release lacks.
    ['/apis/batch/v1/jobs', 'jobs.batch'],
  ])('starts a view without %s when that is forbidden, and logs once what to grant', async (path, kind) => {
    const { view, api, warnings } = await viewOf(
      cluster({ [path]: 403, '/apis/apps/v1/deployments': [live(deployment('web'))] }),
    );

    await view.start();
    const refusals = () => api.requests.filter((request) => request.path === path).length;
    await vi.waitUntil(() => refusals() > 3, soon);

    expect(view.workload(web)?.uid).toBe('uid-web');
    expect(view.synced).toBe(true);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.error).toContain(`Grant the verb "list" on ${kind} in the whole cluster`);
  });

  it('lists and watches only the namespaces that it was given', async () => {
    const { view, api } = await viewOf(cluster({}), { namespaces: ['shop', 'staging'] });

    await view.start();

    const paths = new Set(api.requests.map(({ path }) => path));
    expect(paths.size).toBe(14);
    expect(
      [...paths].every((path) => path.includes('/namespaces/shop/') || path.includes('/namespaces/staging/')),
    ).toBe(true);
  });

  it('lists the Jobs of a CronJob oldest first, and none of another one', async () => {
    const job = (name: string, creationTimestamp: string, uid = 'uid-web') => {
      const ownerReferences = [{ uid, controller: true }];
      return {
        metadata: { namespace: 'shop', name, uid: name, creationTimestamp, ownerReferences, resourceVersion: '1' },
      };
    };
    const { view } = await viewOf(
      cluster({
        '/apis/batch/v1/cronjobs': [live(cronJob('web'))],
        '/apis/batch/v1/jobs': [
          job('b', '2026-11-23T00:00:02Z'),
          job('d', '2026-11-23T00:00:03Z', 'another'),
          job('c', '2026-11-23T00:00:01Z'),
          job('a', '2026-11-23T00:00:02Z'),
        ],
      }),
    );

    await view.start();

    const nightly = view.workload({ ...web, kind: 'CronJob' }) ?? fail();
    expect(view.jobs(nightly).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
  });

  it("takes what names a controller of another namespace for nobody's (law 17)", async () => {
    const owned = (namespace: string, uid: string, owner: string, annotations = {}) => {
      const ownerReferences = [{ uid: owner, controller: true }];
      const labels = { 'controller-revision-hash': 'new' };
      return { metadata: { namespace, name: uid, uid, ownerReferences, annotations, labels, resourceVersion: '1' } };
    };
    const revision = (number: number) => ({ 'deployment.kubernetes.io/revision': String(number) });
    const { view } = await viewOf(
      cluster({
        '/apis/apps/v1/deployments': [live(deployment('web'))],
        '/apis/apps/v1/replicasets': [
          owned('shop', 'set', 'uid-web', revision(1)),
          owned('tenant', 'forged-set', 'uid-web', revision(999)),
        ],
        '/apis/batch/v1/jobs': [owned('tenant', 'forged-job', 'uid-web')],
        '/api/v1/pods': [
          owned('shop', 'pod', 'set'),
          owned('tenant', 'forged', 'set'),
          owned('tenant', 'forged-too', 'uid-web'),
        ],
      }),
    );

    await view.start();

    const workload = view.workload(web) ?? fail();
    expect(view.newestReplicaSet(workload)?.uid).toBe('set');
    for (const pods of [view.pods(workload), view.podsOfNewestRevision(workload)]) {
      expect(pods.map(({ uid }) => uid)).toEqual(['pod']);
    }
    const status = { ...workload.status, updateRevision: 'new' };
    expect(view.pods({ ...workload, kind: 'StatefulSet', status })).toEqual([]);
    expect(view.jobs({ ...workload, kind: 'CronJob' })).toEqual([]);
  });

  it('sends nothing more at rest than one watch of each kind', async () => {
    const { view, api } = await viewOf(cluster({ '/apis/apps/v1/deployments': [live(deployment('web'))] }));
    await view.start();
    const watches = () => api.requests.filter(({ query }) => query.has('watch')).length;
    await vi.waitUntil(() => watches() === 7, soon);

    for (let i = 0; i < 1000; i += 1) view.podsOfNewestRevision(view.workload(web) ?? fail());
    await new Promise((resolve) => setTimeout(resolve, 300));

    expect(api.requests).toHaveLength(14);
  });

  it('stops starting when its signal aborts', async () => {
    const giveUp = new AbortController();
    const { view } = await viewOf(() => undefined);

    const starting = view.start(giveUp.signal);
    giveUp.abort(new Error('shutting down'));

    await expect(starting).rejects.toThrow('shutting down');
    expect(view.synced).toBe(false);
  });

  it('reports a view as not synced before it starts', async () => {
    const { view } = await viewOf(cluster({}));

    expect(view.synced).toBe(false);
    expect([...view.workloads()]).toEqual([]);
  });

  it('calls the other listeners when one of them throws', async () => {
    const { view, warnings } = await viewOf(cluster({ '/apis/apps/v1/deployments': [live(deployment('web'))] }));
    const heard: unknown[] = [];
    view.onChange(() => {
      throw new Error('a fault');
    });
    view.onChange((change) => heard.push(change));

    await view.start();

    expect(heard).toEqual([{ type: 'workload', key: web }]);
    expect(warnings[0]?.message).toBe('listener of cluster changes failed');
  });
});
