import { registryPoll } from '@keelson/queue';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../deps.ts';
import { FOLLOWED } from '../testing/manifests.ts';
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

async function deployed(name: string, annotations: Readonly<Record<string, string>> = FOLLOWED, tag = 'latest') {
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
const asked = async () => (await ns.queueCounts())[registryPoll.name]?.waiting;

describe('reconcileAll', () => {
  it('writes down what is followed, gives it a schedule, and asks for a first look', async () => {
    await deployed('web');
    await deployed('nightly', { ...FOLLOWED, 'keel.sh/poll-schedule': '0 3 * * *' });
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
    // 'web' and 'hinted': a cron schedule is kept from the first day on.
    expect(await asked()).toBe(2);
  });

  it('cleans what is left of workloads that are no more', async () => {
    await deployed('web');
    await reconciler.reconcileAll();
    const ghost = ns.id('ghost');
    await ns.deps.history.putWorkload({ ...(await ns.state('web')).record, id: ghost, name: 'ghost' });
    await ns.schedules.put(ghost, { schedule: { type: 'every', ms: 1_000 }, offsetMs: 0 });

    await createReconciler(ns.deps, ns.schedules).reconcileAll();

    expect(await known()).toEqual([ns.id('web')]);
    expect([...(await scheduled()).keys()]).toEqual([ns.id('web')]);
  });

  it('asks for no look within the interval of the last one, and says nothing new', async () => {
    await deployed('web');
    await reconciler.reconcileAll();
    await drained();
    const before = await ns.deps.history.lastEventId();

    await createReconciler(ns.deps, ns.schedules).reconcileAll();
    expect(await asked()).toBe(0);
    ns.clock.ahead = 61_000;
    await createReconciler(ns.deps, ns.schedules).reconcileAll();

    expect(await asked()).toBe(1);
    expect(await ns.deps.history.lastEventId()).toBe(before);
  });
});

describe('reconcile', () => {
  beforeEach(async () => {
    await deployed('web');
    await reconciler.reconcileAll();
  });

  it('changes the schedule at once when the annotation changes, and takes it away with the last reason for it', async () => {
    await annotate('web', { 'keel.sh/poll-schedule': '@every 5m' });
    await reconciler.reconcile(ns.key('web'));
    expect((await scheduled()).get(ns.id('web'))).toEqual({ type: 'every', ms: 300_000 });
    expect((await ns.state('web')).record.schedule).toBe('every 5m');

    await annotate('web', { 'keel.sh/policy': 'never' });
    await reconciler.reconcile(ns.key('web'));
    expect((await scheduled()).size).toBe(0);
    expect((await ns.state('web')).record.policy).toBe('never');
  });

  it('asks for a look when what is followed changes, and only then', async () => {
    await drained();
    await annotate('web', { 'keel.sh/poll-schedule': '@every 5m' });
    await reconciler.reconcile(ns.key('web'));
    expect(await asked()).toBe(0);

    await deployed('web', FOLLOWED, 'v2');
    await inView('web', ({ containers }) => expect(containers[0]?.image).toBe(ns.image('v2')));
    await reconciler.reconcile(ns.key('web'));
    expect(await asked()).toBe(1);
  });

  it.each([
    ['removed', removed],
    ['no longer followed', () => annotate('web', Object.fromEntries(Object.keys(FOLLOWED).map((key) => [key, null])))],
  ])('drops record and schedule of a workload that is %s', async (_, change) => {
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

describe('a workload that cannot be planned', () => {
  let broken: Reconciler;
  beforeEach(async () => {
    await deployed('bad');
    await deployed('web');
    broken = createReconciler(withTroubleAbout('bad'), ns.schedules);
  });

  it('keeps no other from being kept', async () => {
    await broken.reconcileAll();

    expect(await known()).toEqual([ns.id('web')]);
    expect([...(await scheduled()).keys()]).toEqual([ns.id('web')]);
    expect(await asked()).toBe(1);
    expect(ns.lines.join('')).toContain('a workload could not be planned');
  });

  it('does not when it changes by itself either', async () => {
    await expect(broken.reconcile(ns.key('bad'))).resolves.toBeUndefined();
  });

  it('keeps the record that it has', async () => {
    await reconciler.reconcileAll();
    await broken.reconcileAll();

    expect(await known()).toEqual(['bad', 'web'].map(ns.id));
  });
});

it('says when Redis has forgotten, and fills it again (law 13)', async () => {
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

/** The same parts; whoever asks how to write this workload runs into an error that nobody foresaw. */
function withTroubleAbout(name: string): Deps {
  const { writes, ...deps } = ns.deps;
  return {
    ...deps,
    writes: {
      ...writes,
      pathFor(workload, ...how) {
        if (workload.name === name) throw new TypeError('nobody foresaw this');
        return writes.pathFor(workload, ...how);
      },
    },
  };
}

/** Takes out what was asked for so far. What is still under way when the functions stop would be put back. */
async function drained() {
  await ns.runFunctions(async () => {
    const { [registryPoll.name]: polls } = await ns.queueCounts();
    expect(polls).toMatchObject({ waiting: 0, active: 0 });
  });
}
