import type { Hold } from '@keelson/history';
import { expect } from 'vitest';
import { onClusters } from '../../src/on-clusters.ts';
import { begin, isQuiet, manifestsOf, rollOut, rollOutBad } from '../../src/story.ts';
import type { TestNamespace } from '../../src/test-namespace.ts';
import { waitUntil } from '../../src/wait-until.ts';
import { withPolicy } from '../../src/write-path-cases.ts';

const key = 'digest.keelson.sh/app';
const { kustomization } = withPolicy;

async function pinOf(ns: TestNamespace): Promise<string | undefined> {
  return (await ns.read('myapp')).spec.template.metadata.annotations[key];
}

onClusters(
  'a pin that another field manager removes',
  (it) => {
    it("a pin set by kubectl rollout undo becomes Keelson's own, so that Flux keeps it (law 9)", async ({ ns }) => {
      const owner = await begin(ns, kustomization);
      const first = await rollOut(ns);
      await rollOut(ns);
      await ns.stateSaved('myapp');

      const undo = [
        {
          op: 'replace',
          path: '/spec/template/metadata/annotations',
          value: { [key]: `${ns.image('latest')}@${first}` },
        },
      ];
      await ns.patchAs('kubectl-rollout', 'myapp', undo, 'application/json-patch+json');
      await waitUntil('Keelson owns it too', async () => (await ns.ownFields('myapp')).includes(key));

      await ns.runs('myapp', first);
      const [taken] = [await owner.pass()];
      expect(['configured', undefined]).toContain(taken['myapp']);
      expect(await pinOf(ns)).toContain(first);
      await isQuiet(ns, owner);
      await ns.runs('myapp', first);
      expect(await ns.rollouts('myapp')).toHaveLength(2);
    });

    it('a pin is restored where Flux makes a deleted Deployment again while its tag is a bad image (laws 7 and 9)', async ({
      ns,
    }) => {
      const owner = await begin(ns, kustomization);
      const good = await rollOut(ns);
      await rollOutBad(ns);
      await ns.reached('myapp', 'succeeded', good, 'rollback');

      await ns.remove('myapp');
      await waitUntil('Flux makes it again', async () => (await owner.pass())['myapp'] === 'created');

      await ns.runs('myapp', good);
      const [newest] = await ns.rollouts('myapp');
      expect(newest).toMatchObject({ kind: 'rollback', trigger: 'guard', code: 'pin-restored' });
      await isQuiet(ns, owner);
    });

    it('a removed pin is restored; removed again and again it stays removed, and a hold says so (law 9)', async ({
      ns,
    }) => {
      await begin(ns, kustomization);
      const good = await rollOut(ns);
      const body = { spec: { template: { metadata: { annotations: { [key]: null } } } } };

      const hold = await fight(ns, good, () => ns.patchAs('cleaner', 'myapp', body));

      expect(hold.message).toContain('kustomize-controller');
      expect(await pinOf(ns)).toBeUndefined();
      await rollOut(ns);
      expect((await ns.history.workload(ns.id('myapp')))?.hold).toBeUndefined();
    });

    it('everything that Keelson wrote goes with the annotations, and Flux has nothing left to do', async ({ ns }) => {
      await expectReleased(ns);
    });
  },
  { flux: true, policy: 'installed' },
);

onClusters('an image that Keelson pinned', (it) => {
  it('everything that Keelson wrote goes with the annotations, and Flux has nothing left to do', async ({ ns }) => {
    await expectReleased(ns);
  });
});

/** Reverts again and again what Keelson wrote, until it is on hold; then nothing is written until the next push, which ends the hold. */
async function fight(ns: TestNamespace, good: string, revert: () => Promise<unknown>): Promise<Hold> {
  await ns.stateSaved('myapp');
  for (const times of [1, 2, 3]) {
    await revert();
    await waitUntil(`the pin is restored, ${times}`, async () => {
      const [newest] = await ns.rollouts('myapp');
      return (await ns.rollouts('myapp')).length === 1 + times && newest?.state === 'succeeded' && newest;
    });
    expect((await ns.rollouts('myapp'))[0]).toMatchObject({ trigger: 'guard', code: 'pin-restored' });
    await ns.runs('myapp', good);
    await ns.stateSaved('myapp');
  }

  await revert();
  const hold = await waitUntil('it is on hold', async () => (await ns.history.workload(ns.id('myapp')))?.hold);
  expect(hold.code).toBe('reverted');
  await waitUntil('the workload carries its hold', async () =>
    (await ns.read('myapp')).metadata.annotations['keelson.sh/state']?.includes('"reverted"'),
  );
  const [{ spec }, rollouts] = await Promise.all([ns.read('myapp'), ns.rollouts('myapp')]);
  await ns.checkedAgain('myapp');
  expect((await ns.read('myapp')).spec).toEqual(spec);
  expect(await ns.rollouts('myapp')).toHaveLength(rollouts.length);
  return hold;
}

/** Git removes the annotations while a rollback is written. */
async function expectReleased(ns: TestNamespace): Promise<void> {
  const owner = await begin(ns, kustomization);
  const good = await rollOut(ns);
  await rollOutBad(ns);
  await ns.reached('myapp', 'succeeded', good, 'rollback');
  await ns.stateSaved('myapp');
  const bare = (tag: string) =>
    manifestsOf(ns, {}, {}, tag).map(({ metadata: { annotations: _annotations, ...metadata }, ...rest }) => ({
      ...rest,
      metadata,
    }));
  // The tag is a bad image: a workload that leaves Keelson gets it, until it is fixed.
  const fixed = await ns.push('latest');
  await owner.commit(bare('latest'));

  await waitUntil('nothing of ours is on the Deployment', async () => {
    const { metadata, spec } = await ns.read('myapp');
    return !JSON.stringify([metadata.annotations, spec.template.metadata.annotations]).includes('keelson.sh');
  });
  await ns.runs('myapp', fixed);
  expect(await ns.kustomization()).toEqual({ images: [], patches: [], pins: undefined });
  for (const _pass of [1, 2, 3]) expect(await owner.pass()).toEqual({});
  expect((await ns.read('myapp')).spec.template.spec.containers[0]?.image).toBe(ns.image('latest'));

  // Whatever is still recorded under our name goes with the first change that Flux makes there.
  const next = await ns.push('v2');
  await owner.commit(bare('v2'));
  await ns.runs('myapp', next);
  expect(await ns.ownFields('myapp')).not.toMatch(/f:image|digest\.keelson\.sh/);
}
