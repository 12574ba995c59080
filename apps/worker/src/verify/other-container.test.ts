import { expect, it, vi } from 'vitest';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

const crash = { 'sh.keelson.outcome': 'crash' };

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  { times: { readyMs: 100, backoffMs: 200, crashBackoffMs: 200 } },
);

it.each([
  ['beside older pods', 'RollingUpdate'],
  ['after all older pods are gone', 'Recreate'],
])(
  'a good push is not blamed for a container that it does not change and whose own tag moved to a bad image, %s',
  async (_, type) => {
    await ns.runningBeside('web', { side: 'side' }, { strategy: { type } });
    await ns.record('web');
    await ns.check('web');
    await ns.push('latest', crash, 'side');
    const pushed = await ns.push('latest');

    await ns.check('web');
    await ns.work(async () => {
      const [newest] = await ns.rollouts('web');
      expect(newest?.transitions.at(-1)).toMatchObject({ code: 'other-container-failing' });
    });

    expect((await ns.state('web')).quarantine).toEqual([]);
    await ns.push('latest', {}, 'side');
    await ns.work(async () => expect((await ns.rollouts('web'))[0]).toMatchObject({ state: 'succeeded' }));
    expect((await ns.state('web')).digests['app']).toMatchObject({ lastGood: pushed });
  },
);

it('a push that waits for an init container longer than its deadline is judged once it starts', async () => {
  await ns.runningBeside('web', { init: 'migrate' });
  await ns.record('web');
  await ns.check('web');
  await ns.push('latest', { 'sh.keelson.outcome': 'late-crash', 'sh.keelson.after': '1500' }, 'migrate');
  await ns.push('latest', { 'sh.keelson.outcome': 'unready' });
  await ns.check('web');
  const [{ id } = { id: '' }] = await ns.rollouts('web');
  await ns.write(id);
  const reaches = (code: string) =>
    soon(async () => expect((await ns.verify(id)).transitions.at(-1)).toMatchObject({ code }));

  await soon(() => expect(ns.deps.view.podsOfNewestRevision(ns.workload('web'))[0]?.containers[0]).toBeDefined());
  ns.clock.ahead = 700_000;
  await reaches('not-started');
  await ns.push('latest', {}, 'migrate');
  await reaches('going-on');
  ns.clock.ahead = 0;
  expect(await ns.verify(id)).toMatchObject({ state: 'verifying' });
});

it('a blocked rollout stays blocked while its controller has not seen that the workload was scaled (law 16)', async () => {
  await ns.runningBeside('web', { init: 'migrate' });
  await ns.record('web');
  await ns.check('web');
  await ns.push('latest', { 'sh.keelson.outcome': 'late-crash', 'sh.keelson.after': '600000' }, 'migrate');
  await ns.push('latest');
  await ns.check('web');
  const [{ id } = { id: '' }] = await ns.rollouts('web');
  await ns.write(id);
  await soon(() => expect(ns.deps.view.podsOfNewestRevision(ns.workload('web'))[0]?.containers[0]).toBeDefined());
  ns.clock.ahead = 700_000;
  await soon(async () => expect((await ns.verify(id)).transitions.at(-1)).toMatchObject({ code: 'not-started' }));

  const now = ns.workload('web');
  const scaled = vi.spyOn(ns.deps.view, 'workload').mockReturnValue({ ...now, generation: now.generation + 1 });
  const { transitions } = await ns.verify(id);
  scaled.mockRestore();
  ns.clock.ahead = 0;

  expect(transitions.at(-1)).toMatchObject({ code: 'not-started' });
});
