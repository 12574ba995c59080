import { expect, it } from 'vitest';
import { followed } from '../testing/manifests.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

const crash = { 'sh.keelson.outcome': 'crash' };

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  { times: { readyMs: 100, backoffMs: 200 } },
);

it('a good push is not blamed for a container that it does not change and whose own tag moved to a bad image', async () => {
  await ns.push('latest');
  await ns.push('latest', {}, 'side');
  const annotations = { ...followed, 'keel.sh/monitorContainers': '^app$' };
  ns.deploy('web', { images: { app: ns.image('latest'), side: ns.image('latest', 'side') }, annotations });
  await ns.settled('web');
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
});
