import { registryPoll } from '@keelson/queue';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../deps.ts';
import type { Corner } from '../testing/corner.ts';
import { inCorners } from '../testing/in-corners.ts';
import { FOLLOWED } from '../testing/manifests.ts';
import { soon } from '../testing/place.ts';
import type { Keeper } from './keeper.ts';
import { createKeeper } from './keeper.ts';

let corner: Corner;
let keeper: Keeper;
inCorners((opened) => {
  corner = opened;
  keeper = createKeeper(corner.deps, corner.schedules);
});

async function deployed(name: string, annotations: Readonly<Record<string, string>> = FOLLOWED, tag = 'latest') {
  corner.deploy(name, { images: { app: corner.image(tag) }, annotations });
  await inView(name, ({ annotations: seen }) => expect(seen).toMatchObject(annotations));
}
const inView = (name: string, check: (workload: ReturnType<Corner['workload']>) => void) =>
  soon(() => check(corner.workload(name)));
const annotate = async (name: string, annotations: Record<string, string | null>) => {
  const { resourceVersion } = corner.workload(name);
  await corner.patch(name, { metadata: { annotations } });
  await inView(name, (workload) => expect(workload.resourceVersion).not.toBe(resourceVersion));
};
const known = async () => [...(await corner.deps.history.workloadIds())].sort();
const scheduled = async () => new Map([...(await corner.schedules.list())].map(([id, { schedule }]) => [id, schedule]));
const asked = async () => (await corner.deps.producer.queueCounts())[registryPoll.name]?.waiting;

describe('reconcileAll', () => {
  it('writes down what is followed, gives it a schedule, and asks for a first look', async () => {
    await deployed('web');
    await deployed('nightly', { ...FOLLOWED, 'keel.sh/poll-schedule': '0 3 * * *' });
    await deployed('hinted', { 'keel.sh/policy': 'force' });
    await deployed('never', { 'keel.sh/policy': 'never' });
    await deployed('misspelt', { 'keel.sh/polcy': 'force' });
    await deployed('plain', {});

    await keeper.reconcileAll();

    expect(await known()).toEqual(['hinted', 'misspelt', 'never', 'nightly', 'web'].map(corner.id));
    expect(await scheduled()).toEqual(
      new Map([
        [corner.id('nightly'), { type: 'cron', pattern: '0 3 * * *' }],
        [corner.id('web'), { type: 'every', ms: 60_000 }],
      ]),
    );
    // 'web' and 'hinted': a cron schedule is kept from the first day on.
    expect(await asked()).toBe(2);
  });

  it('cleans what is left of workloads that are no more', async () => {
    await deployed('web');
    await keeper.reconcileAll();
    const ghost = corner.id('ghost');
    await corner.deps.history.putWorkload({ ...(await corner.state('web')).record, id: ghost, name: 'ghost' });
    await corner.schedules.put(ghost, { schedule: { type: 'every', ms: 1_000 }, offsetMs: 0 });

    await createKeeper(corner.deps, corner.schedules).reconcileAll();

    expect(await known()).toEqual([corner.id('web')]);
    expect([...(await scheduled()).keys()]).toEqual([corner.id('web')]);
  });

  it('asks for no look within the interval of the last one, and says nothing new', async () => {
    await deployed('web');
    await keeper.reconcileAll();
    await drained();
    const before = await corner.deps.history.lastEventId();

    await createKeeper(corner.deps, corner.schedules).reconcileAll();
    expect(await asked()).toBe(0);
    corner.clock.ahead = 61_000;
    await createKeeper(corner.deps, corner.schedules).reconcileAll();

    expect(await asked()).toBe(1);
    expect(await corner.deps.history.lastEventId()).toBe(before);
  });
});

describe('reconcile', () => {
  beforeEach(async () => {
    await deployed('web');
    await keeper.reconcileAll();
  });

  it('changes the schedule at once when the annotation changes, and takes it away with the last reason for it', async () => {
    await annotate('web', { 'keel.sh/poll-schedule': '@every 5m' });
    await keeper.reconcile(corner.key('web'));
    expect((await scheduled()).get(corner.id('web'))).toEqual({ type: 'every', ms: 300_000 });
    expect((await corner.state('web')).record.schedule).toBe('every 5m');

    await annotate('web', { 'keel.sh/policy': 'never' });
    await keeper.reconcile(corner.key('web'));
    expect((await scheduled()).size).toBe(0);
    expect((await corner.state('web')).record.policy).toBe('never');
  });

  it('asks for a look when what is followed changes, and only then', async () => {
    await drained();
    await annotate('web', { 'keel.sh/poll-schedule': '@every 5m' });
    await keeper.reconcile(corner.key('web'));
    expect(await asked()).toBe(0);

    await deployed('web', FOLLOWED, 'v2');
    await inView('web', ({ containers }) => expect(containers[0]?.image).toBe(corner.image('v2')));
    await keeper.reconcile(corner.key('web'));
    expect(await asked()).toBe(1);
  });

  it.each([
    ['removed', removed],
    ['no longer followed', () => annotate('web', Object.fromEntries(Object.keys(FOLLOWED).map((key) => [key, null])))],
  ])('drops record and schedule of a workload that is %s', async (_, change) => {
    await change();

    await keeper.reconcile(corner.key('web'));

    expect(await known()).toEqual([]);
    expect((await scheduled()).size).toBe(0);
  });

  async function removed() {
    await corner.remove('web');
    await soon(() => expect(corner.deps.view.workload(corner.key('web'))).toBeUndefined());
  }
});

describe('a workload that cannot be planned', () => {
  let broken: Keeper;
  beforeEach(async () => {
    await deployed('bad');
    await deployed('web');
    broken = createKeeper(withTroubleAbout('bad'), corner.schedules);
  });

  it('keeps no other from being kept', async () => {
    await broken.reconcileAll();

    expect(await known()).toEqual([corner.id('web')]);
    expect([...(await scheduled()).keys()]).toEqual([corner.id('web')]);
    expect(await asked()).toBe(1);
    expect(corner.lines.join('')).toContain('a workload could not be planned');
  });

  it('does not when it changes by itself either', async () => {
    await expect(broken.reconcile(corner.key('bad'))).resolves.toBeUndefined();
  });

  it('keeps the record that it has', async () => {
    await keeper.reconcileAll();
    await broken.reconcileAll();

    expect(await known()).toEqual(['bad', 'web'].map(corner.id));
  });
});

it('says when Redis has forgotten, and fills it again', async () => {
  expect(await keeper.isForgotten()).toBe(false);
  await deployed('web');
  await keeper.reconcileAll();
  expect(await keeper.isForgotten()).toBe(false);

  await corner.place.redis.flush();
  expect(await keeper.isForgotten()).toBe(true);
  await keeper.reconcileAll();

  expect(await known()).toEqual([corner.id('web')]);
  expect((await scheduled()).size).toBe(1);
  expect(await keeper.isForgotten()).toBe(false);
});

/** The same parts; whoever asks how to write this workload runs into an error that nobody foresaw. */
function withTroubleAbout(name: string): Deps {
  const { writes, ...deps } = corner.deps;
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
  await corner.runFunctions(async () => {
    const { [registryPoll.name]: polls } = await corner.deps.producer.queueCounts();
    expect(polls).toMatchObject({ waiting: 0, active: 0 });
  });
}
