import type { Digest } from '@keelson/image';
import { expect, it } from 'vitest';
import { pullSecret } from '../testing/manifests.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { missingTargets } from './missing-targets.ts';

let ns: TestNamespace;
let good: Digest;
useTestNamespace(
  async (opened) => {
    ns = opened;
    ns.env.registry.faults.clear();
    secret('right');
    good = await ns.push('latest');
    await ns.push('latest');
    ns.deploy('web', { images: { app: ns.image('latest') }, pullSecrets: ['one'] });
    await expect.poll(() => ns.deps.view.workload(ns.key('web'))).toBeDefined();
  },
  { auth: { type: 'basic', users: { ann: 'right' } } },
);

const secret = (password: string) =>
  ns.env.cluster.apply(pullSecret(ns.namespace, 'one', ns.env.registry.host, 'ann', password));
const hide = (path: string) => ns.env.registry.faults.inject({ path, fault: { type: 'status', status: 404 } });

function find() {
  const changes = [{ container: 'app', image: ns.repository(), from: {}, to: { tag: 'latest', digest: good } }];
  return missingTargets(ns.deps, ns.pullSecrets, ns.workload('web'), { changes }, new AbortController().signal);
}

it('an image that the registry has is not missing', async () => {
  expect(await find()).toEqual({ missing: [], unknown: [] });
});

it('an image that the registry has no longer is missing', async () => {
  hide(good);

  expect(await find()).toEqual({ missing: [expect.stringContaining('is no longer in the registry')], unknown: [] });
});

it('an image of a repository that the registry hides may be there', async () => {
  hide(ns.namespace);

  expect(await find()).toEqual({ missing: [], unknown: [expect.stringContaining('Could not check')] });
});

it('an image is found with a pull secret that was rotated', async () => {
  secret('wrong');
  expect((await find()).unknown).toHaveLength(1);
  secret('right');
  ns.clock.ahead = 61_000;

  expect(await find()).toEqual({ missing: [], unknown: [] });
});
