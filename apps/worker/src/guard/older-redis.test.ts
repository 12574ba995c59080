import { Redis } from 'ioredis';
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

const quarantined = async () => (await ns.state('web')).quarantine.map(({ digest }) => digest);

/** What Redis has now. The function that it returns restores that, as an older dump does. */
async function dump(): Promise<() => Promise<void>> {
  const redis = new Redis(ns.env.redis.url);
  const keys = await redis.keys('*');
  const values = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
  return async () => {
    await ns.env.redis.flush();
    for (const [index, key] of keys.entries()) await redis.restore(key, 0, values[index] ?? '');
    redis.disconnect();
  };
}

/** A bad push, up to its rollback. `restore` is of the moment before the check that finds it, or before its verdict. */
async function rollBackBadPush(moment: 'check' | 'verdict') {
  const good = await rolledOut(ns);
  const bad = await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  let restore = await dump();
  await ns.check('web');
  const [{ id } = { id: '' }] = await ns.rollouts('web');
  await ns.write(id);
  if (moment === 'verdict') restore = await dump();
  await ns.work(async () => expect((await ns.codes('web'))[0]).toBe('rolled-back succeeded'));
  await soon(() => expect(ns.workload('web').annotations['keelson.sh/state']).toContain(bad));
  return { good, bad, id, restore };
}

it.each(['check', 'guard'] as const)(
  'a %s finds what failed since the dump that Redis was restored from, and rolls it out no more (laws 7 and 13)',
  async (first) => {
    const { good, bad, restore } = await rollBackBadPush('check');
    await restore();
    expect(await quarantined()).toEqual([]);

    if (first === 'guard') await ns.guard('web');
    expect(await ns.check('web')).toMatchObject({ code: 'quarantined' });

    expect(await quarantined()).toEqual([bad]);
    expect(await ns.codes('web')).toEqual(['new-digest succeeded']);
    expect(ns.imageOf('web')).toContain(good);
  },
);

it('a rollout whose failure and rollback Redis lost is not written again (laws 7 and 13)', async () => {
  const { good, bad, id, restore } = await rollBackBadPush('verdict');
  await restore();

  await ns.verify(id);

  expect(await ns.codes('web')).toEqual(['new-digest cancelled', 'new-digest succeeded']);
  expect(await quarantined()).toEqual([bad]);
  expect((await ns.state('web')).digests['app']).toMatchObject({ rolledOut: good, lastGood: good });
  await ns.guard('web');
  expect(ns.imageOf('web')).toContain(good);
});

it('a digest that a user released stays released though the workload still says that it failed', async () => {
  const { bad } = await rollBackBadPush('check');
  await ns.deps.history.release(ns.id('web'));
  expect(ns.workload('web').annotations['keelson.sh/state']).toContain(bad);

  await ns.check('web');

  expect(await ns.codes('web')).toEqual(expect.arrayContaining(['new-digest pending']));
  expect(await quarantined()).toEqual([]);
});
