import { registryPoll } from '@keelson/queue';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../deps.ts';
import { followed } from '../testing/manifests.ts';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import type { Reconciler } from './reconciler.ts';
import { createReconciler } from './reconciler.ts';

let ns: TestNamespace;
let reconciler: Reconciler;
useTestNamespace((opened) => {
  ns = opened;
  reconciler = createReconciler(ns.deps, ns.schedules);
});

async function deployed(name: string, annotations: Readonly<Record<string, string>> = followed, tag = 'latest') {
  ns.deploy(name, { images: { app: ns.image(tag) }, annotations });
  await inView(name, ({ annotations: seen }) => expect(seen).toMatchObject(annotations));
}
const inView = (name: string, check: (workload: ReturnType<TestNamespace['workload']>) => void) =>
  soon(() => check(ns.workload(name)));
const annotate = async (name: string, annotations: Record<string, string | null>) => {
  const { resourceVersion } = ns.workload(name);
  await ns.patch(name, { metadata: { annotations } });
  await inView(name, (workload) => expect(workload.resourceVersion).not.toBe(resourceVersion));
};
const known = async () => [...(await ns.deps.history.workloadIds())].sort();
const scheduled = async () => new Map([...(await ns.schedules.list())].map(([id, { schedule }]) => [id, schedule]));
const queuedChecks = async () => (await ns.queueCounts())[registryPoll.name]?.waiting;

describe('reconcileAll', () => {
  it('reconcileAll records and schedules what is followed, and queues a first check', async () => {
    await deployed('web');
    await deployed('nightly', { ...followed, 'keel.sh/poll-schedule': '0 3 * * *' });
    await deployed('hinted', { 'keel.sh/policy': 'force' });
    await deployed('never', { 'keel.sh/policy': 'never' });
    await deployed('misspelt', { 'keel.sh/polcy': 'force' });
    await deployed('plain', {});

    await reconciler.reconcileAll();

    expect(await known()).toEqual(['hinted', 'misspelt', 'never', 'nightly', 'web'].map(ns.id));
    expect(await scheduled()).toEqual(
      new Map([
        [ns.id('nightly'), { type: 'cron', pattern: '0 3 * * *' }],
        [ns.id('web'), { type: 'every', ms: 60_000 }],
      ]),
    );
    // 'web' and 'hinted': a cron schedule has no check before its first time.
    expect(await queuedChecks()).toBe(2);
  });

  it('reconcileAll keeps 21 warnings of a workload with 9,000 keys that mean nothing (law 17)', async () => {
    const keys = Array.from({ length: 9_000 }, (_, index) => [`keelson.sh/a${index}`, ''] as const);
    ns.deploy('odd', {
      images: { app: ns.image('latest') },
      annotations: { ...Object.fromEntries(keys), ...followed },
    });
    await inView('odd', ({ annotations }) => expect(annotations).toMatchObject(followed));

    await reconciler.reconcileAll();

    const { warnings } = (await ns.state('odd')).record;
    expect(warnings.map(({ code }) => code)).toEqual([
      ...Array.from({ length: 20 }, () => 'unknown-annotation'),
      'more-warnings',
    ]);
    expect(warnings.at(-1)?.message).toContain('And 8980 more');
  });

  it('reconcileAll removes records and schedules of deleted workloads', async () => {
    await deployed('web');
    await reconciler.reconcileAll();
    const ghost = ns.id('ghost');
    await ns.deps.history.putWorkload({ ...(await ns.state('web')).record, id: ghost, name: 'ghost' });
    await ns.schedules.put(ghost, { schedule: { type: 'every', ms: 1_000 }, offsetMs: 0 });

    await createReconciler(ns.deps, ns.schedules).reconcileAll();

    expect(await known()).toEqual([ns.id('web')]);
    expect([...(await scheduled()).keys()]).toEqual([ns.id('web')]);
  });

  it('reconcileAll goes on where the owner of a deleted workload cannot be read (law 17)', async () => {
    await deployed('web');
    await reconciler.reconcileAll();
    const ghost = ns.id('ghost');
    const owner = 'Flux Kustomization tenant/odd';
    await ns.deps.history.putWorkload({ ...(await ns.state('web')).record, id: ghost, name: 'ghost', owner });
    await ns.schedules.put(ghost, { schedule: { type: 'every', ms: 1_000 }, offsetMs: 0 });
    const reader: Deps['reader'] = { ...ns.deps.reader, readWorkload: () => Promise.reject(new Error('odd')) };

    await createReconciler({ ...ns.deps, reader }, ns.schedules).reconcileAll();

    expect([...(await scheduled()).keys()]).toEqual([ns.id('web')]);
  });

  it('reconcileAll queues no check within the interval of the last one, and records no event', async () => {
    await deployed('web');
    await reconciler.reconcileAll();
    await drained();
    const before = await ns.deps.history.lastEventId();

    await createReconciler(ns.deps, ns.schedules).reconcileAll();
    expect(await queuedChecks()).toBe(0);
    ns.clock.ahead = 61_000;
    await createReconciler(ns.deps, ns.schedules).reconcileAll();

    expect(await queuedChecks()).toBe(1);
    expect(await ns.deps.history.lastEventId()).toBe(before);
  });
});

describe('reconcile', () => {
  beforeEach(async () => {
    await deployed('web');
    await reconciler.reconcileAll();
  });

  it('reconcile changes the schedule with the annotation, and removes it with the policy', async () => {
    await annotate('web', { 'keel.sh/poll-schedule': '@every 5m' });
    await reconciler.reconcile(ns.key('web'));
    expect((await scheduled()).get(ns.id('web'))).toEqual({ type: 'every', ms: 300_000 });
    expect((await ns.state('web')).record.schedule).toBe('every 5m');

    await annotate('web', { 'keel.sh/policy': 'never' });
    await reconciler.reconcile(ns.key('web'));
    expect((await scheduled()).size).toBe(0);
    expect((await ns.state('web')).record.policy).toBe('never');
  });

  it('reconcile queues a check when a followed image changes, and only then', async () => {
    await drained();
    await annotate('web', { 'keel.sh/poll-schedule': '@every 5m' });
    await reconciler.reconcile(ns.key('web'));
    expect(await queuedChecks()).toBe(0);

    await deployed('web', followed, 'v2');
    await inView('web', ({ containers }) => expect(containers[0]?.image).toBe(ns.image('v2')));
    await reconciler.reconcile(ns.key('web'));
    expect(await queuedChecks()).toBe(1);
  });

  it.each([
    ['removed', removed],
    ['no longer followed', () => annotate('web', Object.fromEntries(Object.keys(followed).map((key) => [key, null])))],
  ])('reconcile removes record and schedule of a workload that is %s', async (_, change) => {
    await change();

    await reconciler.reconcile(ns.key('web'));

    expect(await known()).toEqual([]);
    expect((await scheduled()).size).toBe(0);
  });

  async function removed() {
    await ns.remove('web');
    await soon(() => expect(ns.deps.view.workload(ns.key('web'))).toBeUndefined());
  }
});

describe('a workload that causes an error', () => {
  let broken: Reconciler;
  beforeEach(async () => {
    await deployed('bad');
    await deployed('web');
    broken = createReconciler(withErrorFor('bad'), ns.schedules);
  });

  it('reconcileAll handles all workloads but the one that causes an error', async () => {
    await broken.reconcileAll();

    expect(await known()).toEqual([ns.id('web')]);
    expect([...(await scheduled()).keys()]).toEqual([ns.id('web')]);
    expect(await queuedChecks()).toBe(1);
    expect(ns.lines.join('')).toContain('could not reconcile a workload');
  });

  it('reconcile does not throw for the workload that causes an error', async () => {
    await expect(broken.reconcile(ns.key('bad'))).resolves.toBeUndefined();
  });

  it('reconcileAll keeps the record of the workload that causes an error', async () => {
    await reconciler.reconcileAll();
    await broken.reconcileAll();

    expect(await known()).toEqual(['bad', 'web'].map(ns.id));
  });
});

it('the reconciler notices that Redis lost everything, though one workload was recorded anew since (law 13)', async () => {
  for (const name of ['web', 'other']) await deployed(name);
  await reconciler.reconcileAll();

  for (const name of ['web', 'other']) {
    await ns.env.redis.flush();
    await ns.record(name);
    expect(await reconciler.isForgotten(), `${name} has a record`).toBe(true);
  }
});

it('the reconciler notices that Redis lost everything, and fills it again (law 13)', async () => {
  expect(await reconciler.isForgotten()).toBe(false);
  await deployed('web');
  await reconciler.reconcileAll();
  expect(await reconciler.isForgotten()).toBe(false);

  await ns.env.redis.flush();
  expect(await reconciler.isForgotten()).toBe(true);
  await reconciler.reconcileAll();

  expect(await known()).toEqual([ns.id('web')]);
  expect((await scheduled()).size).toBe(1);
  expect(await reconciler.isForgotten()).toBe(false);
});

/** The same dependencies, but choosing a write path for this workload throws an unexpected error. */
function withErrorFor(name: string): Deps {
  const { writes, ...deps } = ns.deps;
  return {
    ...deps,
    writes: {
      ...writes,
      pathFor(workload, ...how) {
        if (workload.name === name) throw new TypeError('unexpected');
        return writes.pathFor(workload, ...how);
      },
    },
  };
}

/** Runs all jobs queued so far. Jobs that still run when the functions stop would be queued again. */
async function drained() {
  await ns.runFunctions(async () => {
    const { [registryPoll.name]: polls } = await ns.queueCounts();
    expect(polls).toMatchObject({ waiting: 0, active: 0 });
  });
}

describe('the owner of a workload', () => {
  const path = () => `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${ns.namespace}/kustomizations/apps`;
  const labels = () => ({
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': ns.namespace,
  });
  const toOwner = (body: unknown, part = '') =>
    ns.http.request({ method: 'PATCH', path: `${path()}${part}`, contentType: 'application/merge-patch+json', body });
  const record = async (name: string) => (await ns.state(name)).record;
  const codes = async (name: string) => (await record(name)).warnings.map(({ code }) => code);

  /** A Kustomization that lists this, and two workloads whose labels name it. */
  async function owned(...listed: readonly string[]) {
    ns.env.cluster.apply({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { namespace: ns.namespace, name: 'apps' },
      spec: {},
    });
    const entries = listed.map((name) => ({ id: `${ns.namespace}_${name}_apps_Deployment`, v: 'v1' }));
    await toOwner({ status: { inventory: { entries } } }, '/status');
    for (const name of ['web', 'other']) {
      ns.deploy(name, { images: { app: ns.image(name) }, labels: labels() });
      await inView(name, ({ owner }) => expect(owner.type).toBe('flux-kustomization'));
    }
  }

  it('reconcileAll records the owner that lists a workload, and warns of one that does not', async () => {
    await owned('web');

    await reconciler.reconcileAll();

    expect(await record('web')).toMatchObject({ owner: `Flux Kustomization ${ns.namespace}/apps`, warnings: [] });
    expect(await record('other')).toMatchObject({ owner: 'none', writePath: 'image-pin' });
    expect(await codes('other')).toEqual(['owner-disproven']);
    expect(reconciler.unproven()).toMatchObject([{ name: 'other' }]);
  });

  it('reconcile warns of a rollback that Keelson may not write into the owner', async () => {
    await owned('web', 'other');
    const fault = ns.env.cluster.faults.fail(
      { path: /selfsubjectaccessreviews/ },
      { status: 201, body: JSON.stringify({ status: { allowed: false } }) },
    );

    await reconciler.reconcile(ns.key('web'));
    fault.remove();

    expect(await codes('web')).toEqual(['may-be-reverted']);
    expect((await record('web')).warnings[0]?.message).toContain('infrastructure/keelson-flux');
    expect(reconciler.unproven()).toMatchObject([{ name: 'web' }]);
  });

  it.each([
    ['at once', async () => reconciler.reconcile(ns.key('web'))],
    ['after a restart', async () => createReconciler(ns.deps, ns.schedules).reconcileAll()],
  ])('removes the entries of a deleted workload from its owner %s, and no others', async (_when, reconcile) => {
    await owned('web', 'other');
    await reconciler.reconcileAll();
    const pin = (name: string) => ({
      kind: 'Deployment',
      namespace: ns.namespace,
      name,
      container: 'app',
      image: ns.image(name),
    });
    const entry = (name: string) => ({ name: ns.image(name), newTag: name, digest: `sha256:${'a'.repeat(64)}` });
    const pins = JSON.stringify([pin('other'), pin('web')]);
    await ns.http.request({
      method: 'PATCH',
      path: path(),
      query: { fieldManager: 'keelson' },
      contentType: 'application/merge-patch+json',
      body: {
        metadata: { annotations: { 'keelson.sh/pins': pins } },
        spec: { images: [entry('other'), entry('web')] },
      },
    });
    await ns.remove('web');
    await soon(() => expect(ns.deps.view.workload(ns.key('web'))).toBeUndefined());

    await reconcile();

    expect(await ns.http.request({ path: path() })).toMatchObject({ spec: { images: [entry('other')] } });
    expect(await known()).toEqual([ns.id('other')]);
  });
});
