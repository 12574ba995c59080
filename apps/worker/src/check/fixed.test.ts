import { expect, it } from 'vitest';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

const argo = { 'argocd.argoproj.io/instance': 'shop' };

/** Installs what the simulated cluster enacts as the policy of this repository. */
async function installPolicy(): Promise<void> {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const metadata = { name: 'keelson-pin', annotations: { 'keelson.sh/pin-version': '2' } };
  ns.env.cluster.apply({ apiVersion, kind: 'MutatingAdmissionPolicy', metadata });
  const spec = { policyName: 'keelson-pin' };
  ns.env.cluster.apply({ apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata: { name: 'keelson-pin' }, spec });
  await ns.deps.writes.pinPolicy.refresh();
}

/** A Deployment of Argo CD runs the digest that git names beside the tag, and was checked. */
async function pinnedInGit(): Promise<string> {
  const first = await ns.push('latest');
  ns.deploy('web', { images: { app: `${ns.image('latest')}@${first}` }, labels: argo });
  await ns.settled('web');
  await ns.record('web');
  await ns.check('web');
  return first;
}

const warnings = async () => (await ns.state('web')).record.warnings.map(({ code }) => code);

it('a check begins no rollout where git names a digest that no write path replaces, and says what to do', async () => {
  const first = await pinnedInGit();
  const pushed = await ns.push('latest');

  const check = await ns.check('web');

  expect(await ns.rollouts('web')).toEqual([]);
  expect(check).toMatchObject({ code: 'pinned-by-digest', message: expect.stringContaining(first.slice(0, 19)) });
  expect(check?.message).toContain(pushed.slice(0, 19));
  expect(check?.message).toContain('remove the digest in git');
  expect(await warnings()).toEqual(['pinned-by-digest', 'may-be-reverted']);
});

it('a rollout replaces the digest that git names in the pods where the admission policy is installed', async () => {
  await installPolicy();
  const first = await pinnedInGit();
  const pushed = await ns.push('latest');

  await ns.check('web');
  await ns.work(async () => expect((await ns.rollouts('web'))[0]).toMatchObject({ state: 'succeeded' }));

  const live = ns.workload('web');
  const images = ns.deps.view.podsOfNewestRevision(live).map(({ containers }) => containers[0]?.specImage);
  expect(live.containers[0]?.image).toBe(`${ns.image('latest')}@${first}`);
  expect(images).toEqual([`${ns.image('latest')}@${pushed}`]);
  expect(await warnings()).toEqual([]);
  expect(await ns.check('web')).toMatchObject({ code: 'up-to-date' });
});

it('a check begins no rollout of an image that no node pulls', async () => {
  await ns.running('web');
  await ns.record('web');
  await ns.check('web');
  const spec = { containers: [{ name: 'app', imagePullPolicy: 'Never' }] };
  await ns.patch('web', { spec: { template: { spec } } });
  await ns.push('latest');
  await expect.poll(() => ns.workload('web').containers[0]?.imagePullPolicy).toBe('Never');
  await ns.record('web');

  expect(await ns.check('web')).toMatchObject({ code: 'image-never-pulled' });

  expect(await ns.rollouts('web')).toEqual([]);
  // The tag has left the last good digest.
  expect(await warnings()).toEqual(['image-never-pulled', 'way-back-at-risk']);
});
