import type { Hold } from '@keelson/history';
import { expect, it } from 'vitest';
import type { FluxScene } from '../../src/flux-scene.ts';
import { openFluxScene } from '../../src/flux-scene.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { begin, isQuiet, manifestsOf, rollOut, rollOutBad } from '../../src/story.ts';
import { until } from '../../src/until.ts';
import { withoutPolicy, withPolicy } from '../../src/ways.ts';

const key = 'digest.keelson.sh/app';
const { kustomization } = withPolicy;

async function pinOf(scene: FluxScene): Promise<string | undefined> {
  return (await scene.live('myapp')).spec.template.metadata.annotations[key];
}

onClusters(
  'what Keelson wrote and somebody takes away',
  (ground) => {
    it.concurrent('is recorded as its own again after a person went back by kubectl rollout undo, so that Flux keeps it', async () => {
      await using scene = await openFluxScene(ground);
      const owner = await begin(scene, kustomization);
      const first = await rollOut(scene);
      await rollOut(scene);
      await scene.mirrored('myapp');

      const undo = [
        {
          op: 'replace',
          path: '/spec/template/metadata/annotations',
          value: { [key]: `${scene.image('latest')}@${first}` },
        },
      ];
      await scene.write('myapp', 'kubectl-rollout', undo, 'application/json-patch+json');
      await until('it is ours as well', async () => (await scene.ours('myapp')).includes(key));

      await scene.runs('myapp', first);
      const [taken] = [await owner.pass()];
      expect(['configured', undefined]).toContain(taken['myapp']);
      expect(await pinOf(scene)).toContain(first);
      await isQuiet(scene, owner);
      await scene.runs('myapp', first);
      expect(await scene.rollouts('myapp')).toHaveLength(2);
    });

    it.concurrent('is put back where Flux makes a deleted Deployment again while its tag means a bad image', async () => {
      await using scene = await openFluxScene(ground);
      const owner = await begin(scene, kustomization);
      const good = await rollOut(scene);
      await rollOutBad(scene);
      await scene.came('myapp', 'succeeded', good, 'rollback');

      await scene.remove('myapp');
      await until('Flux makes it again', async () => (await owner.pass())['myapp'] === 'created');

      await scene.runs('myapp', good);
      const [newest] = await scene.rollouts('myapp');
      expect(newest).toMatchObject({ kind: 'rollback', trigger: 'guard', code: 'pin-restored' });
      await isQuiet(scene, owner);
    });

    it.concurrent('is put back once; taken away again it stays away, and a hold says so (law 9)', async () => {
      await using scene = await openFluxScene(ground);
      await begin(scene, kustomization);
      const good = await rollOut(scene);
      const body = { spec: { template: { metadata: { annotations: { [key]: null } } } } };

      const hold = await undoTwice(scene, good, () => scene.write('myapp', 'cleaner', body));

      expect(hold.message).toContain('kustomize-controller');
      expect(await pinOf(scene)).toBeUndefined();
    });

    it.concurrent('goes with the annotations that asked for it, and Flux has nothing left to do', async () => {
      await using scene = await openFluxScene(ground);
      await expectReleased(scene);
    });
  },
  { policy: true },
);

onClusters('what Keelson wrote into an image', (ground) => {
  it.concurrent('is put back once; undone again by the same manager it stays undone, and a hold names that manager (law 9)', async () => {
    await using scene = await openFluxScene(ground);
    await begin(scene, withoutPolicy.nobody);
    const good = await rollOut(scene);
    await rollOutBad(scene);
    await scene.came('myapp', 'succeeded', good, 'rollback');
    const image = scene.image('latest');
    const body = { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } };

    const hold = await undoTwice(scene, good, () =>
      scene.write('myapp', 'cleaner', body, 'application/strategic-merge-patch+json'),
    );

    expect(hold.message).toContain('cleaner');
    expect((await scene.live('myapp')).spec.template.spec.containers[0]?.image).toBe(image);
  });

  it.concurrent('goes with the annotations that asked for it, and Flux has nothing left to do', async () => {
    await using scene = await openFluxScene(ground);
    await expectReleased(scene);
  });
});

/** Takes away twice what Keelson wrote, and waits for its hold. */
async function undoTwice(scene: FluxScene, good: string, undo: () => Promise<unknown>): Promise<Hold> {
  await scene.mirrored('myapp');
  await undo();
  await until('it is put back', async () => {
    const [newest] = await scene.rollouts('myapp');
    return newest?.trigger === 'guard' && newest.code === 'pin-restored' && newest.state === 'succeeded';
  });
  await scene.runs('myapp', good);
  await scene.mirrored('myapp');

  await undo();
  const hold = await until('it is held', async () => (await scene.history.workload(scene.id('myapp')))?.hold);
  expect(hold.code).toBe('reverted');
  await until('the workload carries its hold', async () =>
    (await scene.live('myapp')).metadata.annotations['keelson.sh/state']?.includes('"reverted"'),
  );
  const [{ spec }, rollouts, known] = await Promise.all([
    scene.live('myapp'),
    scene.rollouts('myapp'),
    scene.history.workload(scene.id('myapp')),
  ]);
  await scene.push('latest');
  await scene.lookedAgain('myapp');
  expect((await scene.live('myapp')).spec).toEqual(spec);
  expect(await scene.rollouts('myapp')).toHaveLength(rollouts.length);
  // Said once, and not over and over.
  expect((await scene.history.workload(scene.id('myapp')))?.reverted).toEqual(known?.reverted);
  return hold;
}

/** A rollback stands when git takes the annotations off. */
async function expectReleased(scene: FluxScene): Promise<void> {
  const owner = await begin(scene, kustomization);
  const good = await rollOut(scene);
  await rollOutBad(scene);
  await scene.came('myapp', 'succeeded', good, 'rollback');
  await scene.mirrored('myapp');
  const bare = (tag: string) =>
    manifestsOf(scene, {}, {}, tag).map(({ metadata: { annotations: _annotations, ...metadata }, ...rest }) => ({
      ...rest,
      metadata,
    }));
  // What the tag means is bad: who leaves Keelson gets it, and mends it.
  const mended = await scene.push('latest');
  await owner.commit(bare('latest'));

  await until('nothing of ours is on the Deployment', async () => {
    const { metadata, spec } = await scene.live('myapp');
    return !JSON.stringify([metadata.annotations, spec.template.metadata.annotations]).includes('keelson.sh');
  });
  await scene.runs('myapp', mended);
  expect(await scene.kustomization()).toEqual({ images: [], patches: [], pins: undefined });
  for (const _pass of [1, 2, 3]) expect(await owner.pass()).toEqual({});
  expect((await scene.live('myapp')).spec.template.spec.containers[0]?.image).toBe(scene.image('latest'));

  // Whatever is still recorded under our name goes with the first change that Flux makes there.
  const next = await scene.push('v2');
  await owner.commit(bare('v2'));
  await scene.runs('myapp', next);
  expect(await scene.ours('myapp')).not.toMatch(/f:image|digest\.keelson\.sh/);
}
