import { expect, it } from 'vitest';
import { rolledBack, rolledOut } from '../testing/rolled-out.ts';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

it('guard rolls back from a quarantined digest whose rollback Redis lost (laws 9 and 13)', async () => {
  const good = await rolledOut(ns);
  const bad = await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.check('web');
  const [update] = await ns.rollouts('web');
  await ns.write(update?.id ?? '');
  await soon(() => expect(ns.imageOf('web')).toContain(bad));
  const { digests } = await ns.state('web');
  const about = { container: 'app', image: ns.repository(), tag: 'latest', digest: bad };
  const entry = { ...about, code: 'crash-loop', message: 'It crashed.', at: 1 };
  await ns.env.redis.flush();
  await ns.deps.history.restore(ns.id('web'), { digests, quarantine: [entry] });
  await ns.record('web');

  expect(await ns.check('web')).toMatchObject({
    code: 'quarantined',
    message: expect.stringContaining('still pinned'),
  });
  await ns.work(async () =>
    expect((await ns.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', state: 'succeeded' }),
  );

  await soon(() => expect(ns.imageOf('web')).toContain(good));
  expect((await ns.rollouts('web'))[0]).toMatchObject({ code: 'rolled-back', trigger: 'guard' });
  expect((await ns.state('web')).digests['app']).toMatchObject({ rolledOut: good, lastGood: good });
});

it('guard judges a digest that it restores, where Redis lost its rollout before the verdict (laws 13 and 14)', async () => {
  const good = await rolledOut(ns);
  const bad = await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.check('web');
  const [update] = await ns.rollouts('web');
  await ns.write(update?.id ?? '');
  await soon(() => expect(ns.imageOf('web')).toContain(bad));
  const { digests } = await ns.state('web');
  await ns.patch('web', { spec: { template: { spec: { containers: [{ name: 'app', image: ns.image('latest') }] } } } });
  await soon(() => expect(ns.imageOf('web')).toBe(ns.image('latest')));
  await ns.env.redis.flush();
  await ns.deps.history.restore(ns.id('web'), { digests, quarantine: [] });
  await ns.record('web');

  await ns.guard('web');
  await ns.work(async () =>
    expect((await ns.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', state: 'succeeded' }),
  );

  await soon(() => expect(ns.imageOf('web')).toContain(good));
  const [back, anew] = await ns.rollouts('web');
  expect(anew).toMatchObject({ kind: 'update', code: 'pin-restored', state: 'failed' });
  expect(back?.rollbackOf).toBe(anew?.id);
  expect((await ns.state('web')).quarantine.map(({ digest }) => digest)).toEqual([bad]);
});

it('a failed digest stays quarantined though Redis lost everything (laws 7 and 13)', async () => {
  const good = await rolledBack(ns);

  await ns.env.redis.flush();
  await ns.record('web');

  expect(await ns.check('web')).toMatchObject({ code: 'quarantined' });
  expect((await ns.state('web')).digests['app']).toMatchObject({ lastGood: good });
});
