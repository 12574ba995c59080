import type { Digest } from '@keelson/image';
import { stateKey } from '@keelson/kube';
import { expect } from 'vitest';
import type { DeploymentOptions } from './manifests.ts';
import type { TestNamespace } from './test-namespace.ts';

/** The Deployment `web`, to which Keelson rolled a good push out; its state annotation says so. Returns that digest. */
export async function rolledOut(ns: TestNamespace, options: Partial<DeploymentOptions> = {}): Promise<Digest> {
  await ns.running('web', options);
  await ns.record('web');
  await ns.check('web');
  const pushed = await ns.push('latest');
  await ns.check('web');
  await ns.work(async () => {
    expect((await ns.rollouts('web'))[0]).toMatchObject({ state: 'succeeded' });
    expect(ns.workload('web').annotations[stateKey]).toContain(`"lastGood":"${pushed}"`);
  });
  return pushed;
}

/** The same, after a bad push that was rolled back: the tag means a quarantined digest. */
export async function rolledBack(ns: TestNamespace, options: Partial<DeploymentOptions> = {}): Promise<Digest> {
  const good = await rolledOut(ns, options);
  await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.check('web');
  await ns.work(async () => {
    expect((await ns.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', state: 'succeeded' });
    expect(ns.workload('web').annotations[stateKey]).toContain('crash-loop');
  });
  return good;
}
