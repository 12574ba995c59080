import { imagePatch } from '@keelson/queue';
import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
import { secretOf } from '../testing/manifests.ts';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
  ns.env.registry.faults.clear();
});

/** `web` runs what `latest` names, and was checked once. */
async function adopted() {
  const first = await ns.running('web');
  await ns.record('web');
  await ns.check('web');
  return first;
}

const queuedWrites = async () => (await ns.queueCounts())[imagePatch.name]?.waiting;

it('a first check records what runs, and rolls nothing out', async () => {
  const running = await adopted();
  const { check, digests, active } = await ns.state('web');

  expect(check).toMatchObject({ code: 'already-running', observed: [{ container: 'app', digest: running }] });
  expect(check?.nextAt).toBeGreaterThan(check?.at ?? Number.NaN);
  expect(digests).toEqual({
    app: { image: ns.repository(), tag: 'latest', rolledOut: running, lastGood: running },
  });
  expect(active).toBeUndefined();
  expect(await ns.rollouts('web')).toEqual([]);
});

it('a check begins one rollout of a new digest with its labels, and queues the write', async () => {
  const first = await adopted();
  const second = await ns.push('latest', { 'org.opencontainers.image.revision': 'abc123' });

  const check = await ns.check('web');
  await ns.check('web');

  const [rollout, ...more] = await ns.rollouts('web');
  expect(more).toEqual([]);
  expect(rollout).toMatchObject({
    state: 'pending',
    trigger: 'manual',
    code: 'new-digest',
    changes: [
      {
        container: 'app',
        image: ns.repository(),
        from: { tag: 'latest', digest: first },
        to: { tag: 'latest', digest: second, commit: 'abc123' },
      },
    ],
  });
  expect(check).toMatchObject({ code: 'waiting-to-write', message: expect.stringContaining(rollout?.id ?? 'none') });
  expect(check?.knew).toEqual({ latest: rollout?.id, active: rollout?.id });
  expect(await queuedWrites()).toBe(1);
});

it('a check moves two containers in one rollout', async () => {
  for (const name of ['app', 'side']) await ns.push('latest', {}, name);
  ns.deploy('web', { images: { app: ns.image('latest'), side: ns.image('latest', 'side') } });
  await ns.settled('web');
  await ns.record('web');
  await ns.check('web');
  const pushed = [await ns.push('latest', {}, 'app'), await ns.push('latest', {}, 'side')];

  await ns.check('web');

  const [rollout, ...more] = await ns.rollouts('web');
  expect(more).toEqual([]);
  expect(rollout?.changes.map(({ container, to }) => [container, to.digest])).toEqual([
    ['app', pushed[0]],
    ['side', pushed[1]],
  ]);
});

it('a newer push supersedes a rollout that was not written yet', async () => {
  await adopted();
  const older = await ns.push('latest');
  await ns.check('web');
  const newer = await ns.push('latest');
  await ns.check('web');

  const rollouts = await ns.rollouts('web');

  expect(rollouts.map(({ state, changes }) => [state, changes[0]?.to.digest])).toEqual([
    ['pending', newer],
    ['superseded', older],
  ]);
});

it('a check cancels the rollout when the tag moved back before anything was written', async () => {
  const image = { labels: { build: ns.namespace } };
  await pushImage(ns.env.registry, `${ns.namespace}/app`, 'latest', image);
  ns.deploy('web', { images: { app: ns.image('latest') } });
  await ns.settled('web');
  await ns.record('web');
  await ns.push('latest');
  await ns.check('web');
  await pushImage(ns.env.registry, `${ns.namespace}/app`, 'latest', image);

  const check = await ns.check('web');

  const [rollout] = await ns.rollouts('web');
  expect(rollout).toMatchObject({ state: 'cancelled' });
  expect(rollout?.transitions.at(-1)).toMatchObject({
    code: 'no-longer-wanted',
    message: 'The tag moved back before anything was written.',
  });
  expect(check?.code).toBe('up-to-date');
  expect((await ns.state('web')).active).toBeUndefined();
});

it('a check cancels nothing while the registry is unavailable, and says so', async () => {
  await adopted();
  await ns.push('latest');
  await ns.check('web');
  ns.env.registry.faults.inject({ path: ns.namespace, fault: { type: 'status', status: 503 } });

  const check = await ns.check('web');

  expect(check).toMatchObject({ code: 'unavailable', error: { code: 'unavailable' }, observed: [] });
  expect(check?.message).toContain(`app (${ns.image('latest')}): The request to`);
  expect((await ns.rollouts('web')).map(({ state }) => state)).toEqual(['pending']);
});

it('a check of one container goes on when that of another fails', async () => {
  const pushed = await ns.push('latest');
  ns.deploy('web', { images: { app: ns.image('latest'), gone: ns.image('latest', 'gone') } });
  await seen('web');
  await ns.record('web');

  const check = await ns.check('web');

  expect(check).toMatchObject({ code: 'not-found', observed: [{ container: 'app', digest: pushed }] });
});

it('a check record names problems with pull secrets, whatever else it says', async () => {
  ns.env.cluster.apply(secretOf(ns.namespace, 'broken', 'hunter2'));
  await ns.running('web', { pullSecrets: ['broken', 'gone'] });
  await ns.record('web');

  const check = await ns.check('web');

  expect(check?.code).toBe('already-running');
  expect(check?.message).toContain(`Secret ${ns.namespace}/broken: The pull secret is no docker config`);
  expect(check?.message).toContain(`Pull secret ${ns.namespace}/gone does not exist`);
  expect(check?.message).not.toContain('hunter2');
});

it('a check does nothing for a workload that is unknown or gone', async () => {
  await expect(ns.check('nobody')).rejects.toThrow('nobody is not known');
  ns.deploy('web', { images: { app: ns.image('latest') } });
  await seen('web');
  await expect(ns.check('web')).rejects.toThrow('web is not known');
  expect(await ns.deps.history.workloads()).toEqual([]);
});

/** The view knows it, whatever becomes of its pods. */
const seen = (name: string) => soon(() => ns.workload(name));

it('a check rolls nothing out while the tag of another container is gone, since no pod could start', async () => {
  await ns.push('latest');
  await ns.push('latest', {}, 'side');
  ns.deploy('web', { images: { app: ns.image('latest'), side: ns.image('latest', 'side') } });
  await ns.settled('web');
  await ns.record('web');
  await ns.check('web');
  const pushed = await ns.push('latest');
  ns.env.registry.faults.inject({ path: '/side/manifests/latest', fault: { type: 'status', status: 404 } });

  const check = await ns.check('web');

  expect(check).toMatchObject({ code: 'other-tag-gone', message: expect.stringContaining('container side') });
  expect(await ns.rollouts('web')).toEqual([]);
  ns.env.registry.faults.clear();
  await ns.check('web');
  expect(await ns.rollouts('web')).toMatchObject([{ changes: [{ container: 'app', to: { digest: pushed } }] }]);
});

it('a digest that crashes at first sight is not adopted as good, until its pods are ready (law 14)', async () => {
  const crashing = await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  ns.deploy('web', { images: { app: ns.image('latest') } });
  await soon(() => {
    const pods = ns.deps.view.podsOfNewestRevision(ns.workload('web'));
    expect(pods.map(({ containers }) => containers[0]?.waiting?.reason)).toEqual(['CrashLoopBackOff']);
  });
  await ns.record('web');

  await ns.check('web');

  const digests = async () => (await ns.state('web')).digests['app'];
  expect(await digests()).toMatchObject({ rolledOut: crashing });
  expect((await digests())?.lastGood).toBeUndefined();
  const next = await ns.push('latest');
  await ns.check('web');
  expect((await ns.rollouts('web'))[0]).toMatchObject({ changes: [{ to: { digest: next } }] });
  expect((await digests())?.lastGood).toBeUndefined();
});

it('a digest that was found failing counts as good once its pods are ready', async () => {
  const running = await adopted();
  const digest = { container: 'app', image: ns.repository(), tag: 'latest', digest: running };
  await ns.deps.history.adopt(ns.id('web'), [{ ...digest, good: false }]);
  expect((await ns.state('web')).digests['app']?.lastGood).toBeUndefined();

  await ns.check('web');

  expect((await ns.state('web')).digests['app']?.lastGood).toBe(running);
});

it('what no pod ever ran is no last good digest, until pods of it are ready (law 14)', async () => {
  const found = await ns.push('latest');
  ns.deploy('web', { images: { app: ns.image('latest') }, replicas: 0 });
  await seen('web');
  await ns.record('web');
  const digests = async () => (await ns.state('web')).digests['app'];

  expect(await ns.check('web')).toMatchObject({ code: 'nothing-runs' });
  expect(await digests()).toMatchObject({ rolledOut: found, doubtful: true });
  expect((await digests())?.lastGood).toBeUndefined();

  await ns.patch('web', { spec: { replicas: 1 } });
  await soon(() => expect(ns.workload('web').replicas).toBe(1));
  await ns.settled('web');
  const pushed = await ns.push('latest');
  await ns.check('web');

  expect((await ns.rollouts('web'))[0]?.changes[0]).toMatchObject({ from: { digest: found }, to: { digest: pushed } });
  expect(await digests(), 'found by the check that finds the next push').toMatchObject({ lastGood: found });
});

it('a push after what no pod ever ran has no way back to that (law 14)', async () => {
  await ns.push('latest');
  ns.deploy('web', { images: { app: ns.image('latest') }, replicas: 0 });
  await seen('web');
  await ns.record('web');
  await ns.check('web');
  const pushed = await ns.push('latest');
  await ns.patch('web', { spec: { replicas: 1 } });
  await soon(() => expect(ns.workload('web').replicas).toBe(1));
  await ns.settled('web');

  await ns.check('web');

  expect((await ns.rollouts('web'))[0]?.changes[0]).toMatchObject({ to: { digest: pushed } });
  expect((await ns.state('web')).digests['app']?.lastGood).toBeUndefined();
});
