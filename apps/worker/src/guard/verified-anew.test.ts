import { expect, it } from 'vitest';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  { times: { readyMs: 100, backoffMs: 200 } },
);

const digest = async () => (await ns.state('web')).digests['app'];

/** A user or a pipeline writes this image. */
async function setImage(to: string): Promise<void> {
  await ns.patch('web', { spec: { template: { spec: { containers: [{ name: 'app', image: to }] } } } });
  await soon(() => expect(ns.imageOf('web')).toBe(to));
}

/** A workload that was found running a good digest, with a push that is written and not verified yet. */
async function writePush(labels: Readonly<Record<string, string>>) {
  const good = await ns.running('web');
  await ns.record('web');
  await ns.check('web');
  const pushed = await ns.push('latest', labels);
  await ns.check('web');
  const [{ id } = { id: '' }] = await ns.rollouts('web');
  await ns.write(id);
  await soon(() => expect(ns.imageOf('web')).toContain(pushed));
  return { good, pushed, id };
}

async function createAnew(): Promise<void> {
  const { uid } = ns.workload('web');
  await ns.remove('web');
  ns.deploy('web', { images: { app: ns.image('latest') } });
  await soon(() => expect(ns.workload('web').uid).not.toBe(uid));
}

it.each<[string, (push: { good: string; pushed: string; id: string }) => Promise<void>]>([
  ['the workload is created anew with it', createAnew],
  [
    'a user returns to the digest before it, and then to it again',
    async ({ good, pushed, id }) => {
      await setImage(`${ns.image('latest')}@${good}`);
      await ns.verify(id);
      await setImage(`${ns.image('latest')}@${pushed}`);
    },
  ],
])(
  'a bad digest is judged, quarantined and rolled back though %s before it was verified (law 14)',
  async (_, meanwhile) => {
    const push = await writePush({ 'sh.keelson.outcome': 'crash' });
    await meanwhile(push);
    await ns.verify(push.id);
    await ns.record('web');
    await ns.check('web');

    await ns.work(async () =>
      expect(await ns.codes('web')).toEqual(['rolled-back succeeded', 'verified-anew failed', 'new-digest cancelled']),
    );

    expect((await ns.state('web')).quarantine.map((entry) => entry.digest)).toEqual([push.pushed]);
    expect(ns.imageOf('web')).toBe(`${ns.image('latest')}@${push.good}`);
  },
);

it('a good digest becomes the last good one though the workload is created anew before it was verified', async () => {
  const { id, pushed } = await writePush({});
  await createAnew();
  await ns.verify(id);
  await ns.record('web');

  await ns.work(async () => expect((await digest())?.lastGood).toBe(pushed));

  expect(await ns.codes('web')).toEqual(['verified-anew succeeded', 'new-digest cancelled']);
});

/** Redis loses everything, and is filled again by what the annotation of the workload says. */
async function lose(): Promise<void> {
  await ns.env.redis.flush();
  await ns.record('web');
}

it('a bad push whose rollout Redis lost before its verdict is rolled back (laws 13 and 14)', async () => {
  const { good, pushed } = await writePush({ 'sh.keelson.outcome': 'crash' });
  await lose();

  await ns.check('web');

  await ns.work(async () => expect(await ns.codes('web')).toEqual(['rolled-back succeeded', 'verified-anew failed']));
  const { quarantine, digests } = await ns.state('web');
  expect(digests['app']).toMatchObject({ rolledOut: good, lastGood: good });
  expect(quarantine.map((entry) => entry.digest)).toEqual([pushed]);
});

it('a good push whose rollout Redis lost before its verdict is proven, once (laws 13 and 14)', async () => {
  const { pushed } = await writePush({});
  await lose();

  await ns.reconciler().reconcileAll();

  await ns.work(async () => expect(await digest()).toMatchObject({ lastGood: pushed, proven: true }));
  await ns.guard('web');
  expect(await ns.codes('web')).toEqual(['verified-anew succeeded']);
});

it('no image is blamed where more than the digest is another one in the workload that is created anew', async () => {
  const { id, pushed } = await writePush({ 'sh.keelson.outcome': 'crash' });
  await ns.remove('web');
  ns.deploy('web', { images: { app: ns.image('latest') }, serviceAccountName: 'another' });
  await soon(() => expect(ns.workload('web').serviceAccountName).toBe('another'));
  await ns.verify(id);
  await ns.guard('web');

  expect(await ns.codes('web')).toEqual(['new-digest cancelled']);
  expect((await digest())?.lastGood).not.toBe(pushed);
});

it('a quarantined digest is rolled back again where kubectl rollout undo returns to its revision (laws 7 and 9)', async () => {
  const { good, pushed } = await writePush({ 'sh.keelson.outcome': 'crash' });
  const rolledBack = ['rolled-back succeeded', 'new-digest failed'];
  await ns.work(async () => expect(await ns.codes('web')).toEqual(rolledBack));
  const path = '/spec/template/spec/containers/0/image';
  const undo = [{ op: 'replace', path, value: `${ns.image('latest')}@${pushed}` }];
  await ns.patch('web', undo, 'application/json-patch+json', 'kubectl-rollout');
  await soon(() => expect(ns.imageOf('web')).toContain(pushed));
  await ns.guard('web');

  await ns.work(async () => expect(await ns.codes('web')).toEqual(['rolled-back succeeded', ...rolledBack]));

  expect(ns.imageOf('web')).toContain(good);
  expect((await ns.rollouts('web'))[0]?.message).toMatch(/^kubectl rollout undo returned the workload to /);
});

it('a quarantined digest is rolled back from where the manifest names another tag that means it (laws 7 and 9)', async () => {
  const { good, pushed } = await writePush({ 'sh.keelson.outcome': 'crash' });
  await ns.work(async () => expect((await ns.codes('web'))[0]).toBe('rolled-back succeeded'));
  await ns.retag(pushed, 'stable');
  await setImage(ns.image('stable'));

  await ns.check('web');

  await ns.work(() => soon(() => expect(ns.imageOf('web')).toBe(`${ns.image('stable')}@${good}`)));
  await ns.work(async () => expect((await ns.codes('web'))[0]).toBe('rolled-back succeeded'));
});
