import { expect, it } from 'vitest';
import { rolledOut } from '../testing/rolled-out.ts';
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

const newest = async () => (await ns.rollouts('web'))[0]?.id ?? '';

/** A good push that was rolled out, and a bad one that is written and not verified yet. */
async function writeBadPush() {
  const good = await rolledOut(ns);
  const bad = await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.check('web');
  const id = await newest();
  await ns.write(id);
  await soon(() => expect(ns.imageOf('web')).toContain(bad));
  return { good, bad, id };
}

async function setImage(to: string): Promise<void> {
  await ns.patch('web', { spec: { template: { spec: { containers: [{ name: 'app', image: to }] } } } });
  await soon(() => expect(ns.imageOf('web')).toBe(to));
  await ns.record('web');
}

it('a quarantined digest is rolled back though the workload was gone when its rollback was to be written (laws 7 and 9)', async () => {
  const { good, id } = await writeBadPush();
  await soon(async () => expect((await ns.verify(id)).state).toBe('failed'));
  const { uid } = ns.workload('web');
  await ns.remove('web');
  await soon(() => expect(() => ns.workload('web')).toThrow('web is in the view'));
  await ns.write(await newest());
  expect((await ns.codes('web'))[0]).toBe('rolled-back cancelled');
  ns.deploy('web', { images: { app: ns.image('latest') } });
  await soon(() => expect(ns.workload('web').uid).not.toBe(uid));
  await ns.record('web');

  await ns.check('web');

  await ns.work(async () => expect((await ns.codes('web'))[0]).toBe('rolled-back succeeded'));
  expect(ns.imageOf('web')).toContain(good);
});

it.each(['another tag', 'another repository'])(
  'a bad digest is judged and rolled back though the manifest named %s before it was verified (law 14)',
  async (other) => {
    const { good, bad, id } = await writeBadPush();
    if (other === 'another tag') await ns.retag(good, 'v2');
    else await ns.push('latest', {}, 'other');
    await setImage(other === 'another tag' ? ns.image('v2') : ns.image('latest', 'other'));
    await ns.verify(id);
    await ns.settled('web');
    await ns.check('web');
    expect((await ns.codes('web'))[0]).toBe('new-digest cancelled');
    await setImage(ns.image('latest'));
    await soon(() => {
      const pods = ns.deps.view.podsOfNewestRevision(ns.workload('web'));
      expect(pods[0]?.containers[0]?.imageID).toContain(bad);
    });

    await ns.check('web');

    await ns.work(async () => {
      const [first, second] = await ns.codes('web');
      expect([first, second]).toEqual(['rolled-back succeeded', 'verified-anew failed']);
    });
    expect((await ns.state('web')).quarantine.map(({ digest }) => digest)).toEqual([bad]);
    expect(ns.imageOf('web')).toContain(good);
  },
);
