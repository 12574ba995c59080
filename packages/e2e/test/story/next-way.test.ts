import { expect, it } from 'vitest';
import { badImages } from '../../src/bad-images.ts';
import type { FluxScene } from '../../src/flux-scene.ts';
import { openFluxScene } from '../../src/flux-scene.ts';
import { inGit } from '../../src/in-git.ts';
import { post } from '../../src/manifests.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { removePolicy } from '../../src/pin-policy.ts';
import type { Reconciler } from '../../src/reconcilers.ts';
import { byFlux } from '../../src/reconcilers.ts';
import { begin, isQuiet, rollOut, rollOutBad } from '../../src/story.ts';
import { until } from '../../src/until.ts';
import { withoutPolicy, withPolicy } from '../../src/ways.ts';

const reconcile = 'kustomize.toolkit.fluxcd.io/reconcile';
const { images, helm } = withoutPolicy;

/**
 * A Kustomization whose own entry sets the image that Keelson would pin: a digest of ours never comes through it. The entry gives staging
 * the same tag, so nothing looks at staging by itself in the time of a test: it would have a rollout, and a hold, of its own.
 */
const overriding = {
  annotations: { 'keel.sh/poll-schedule': '@every 1h' },
  reconciler: (scene: FluxScene) => {
    const name = scene.image('latest').replace(/:latest$/, '');
    return byFlux(scene.flux, scene.namespace, { images: [{ name, newTag: 'latest' }] });
  },
};

async function annotationsOf(scene: FluxScene): Promise<Readonly<Record<string, string>>> {
  return (await scene.live('myapp')).metadata.annotations;
}

/** Flux goes on at its interval while something is waited for. */
async function meanwhile<T>(owner: Reconciler, awaited: Promise<T>): Promise<T> {
  let waits = true;
  const passes = (async () => {
    while (waits) {
      await owner.pass();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  try {
    return await awaited;
  } finally {
    waits = false;
    await passes;
  }
}

onClusters(
  'the pod pin that works no more',
  (ground) => {
    it('gives way to the Kustomization at the next rollback, as its new pods do not carry the digest', async () => {
      await using scene = await openFluxScene(ground);
      const owner = await begin(scene, withPolicy.kustomization, { recreate: true });
      const good = await rollOut(scene);
      await removePolicy(ground.stage.kube);

      await rollOutBad(scene);
      const rollback = await scene.came('myapp', 'succeeded', good, 'rollback');

      expect(rollback.written?.path).toBe('flux-kustomization');
      await scene.runs('myapp', good);
      expect((await scene.kustomization()).images).toHaveLength(1);
      await isQuiet(scene, owner);
    });
  },
  { policy: true },
);

onClusters('a Kustomization that cannot hold a digest', (ground) => {
  it.concurrent('is cleared of an entry with which it does not build, and the next way is taken', async () => {
    await using scene = await openFluxScene(ground);
    const owner = await begin(scene, images);
    const good = await rollOut(scene);
    const at = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/${scene.namespace}`;
    const broken = [{ patch: 'apiVersion: v1\nkind: Secret\nmetadata: {name: nobody}\n' }];
    await ground.stage.kube.request({
      method: 'PATCH',
      path: at,
      query: { fieldManager: 'somebody' },
      contentType: 'application/merge-patch+json',
      body: { spec: { patches: broken } },
    });

    const back = async () => {
      await rollOutBad(scene);
      return scene.came('myapp', 'succeeded', good, 'rollback');
    };
    const rollback = await meanwhile(owner, back());

    expect(rollback.written?.path).toBe('image-nudge');
    const said = rollback.transitions.find(({ code }) => code === 'reverted-flux-kustomization')?.message;
    expect(said).toContain('no resource matches strategic merge patch');
    await scene.runs('myapp', good);
    expect(await scene.kustomization()).toEqual({ images: [], patches: broken, pins: undefined });
  });

  it.concurrent('is told to leave the workload alone for a while, where a person asked for that', async () => {
    await using scene = await openFluxScene(ground);
    const owner = await begin(scene, overriding, { annotations: { 'keelson.sh/flux-hold': '1h' } });
    const good = await rollOut(scene);
    await rollOutBad(scene);
    const rollback = await scene.came('myapp', 'succeeded', good, 'rollback');

    expect(rollback.written?.path).toBe('flux-hold');
    await scene.runs('myapp', good);
    for (const _ of [1, 2, 3]) expect(await owner.pass()).toEqual({ myapp: 'skipped' });
    await scene.runs('myapp', good);

    const next = await rollOut(scene);
    await until('Flux is let in again', async () => (await annotationsOf(scene))[reconcile] === undefined);
    await isQuiet(scene, owner);
    await scene.runs('myapp', next);
  });

  it.concurrent('is let in again when the time is over', async () => {
    await using scene = await openFluxScene(ground);
    const owner = await begin(scene, overriding, { annotations: { 'keelson.sh/flux-hold': '5s' } });
    const good = await rollOut(scene);
    await rollOutBad(scene);
    await scene.came('myapp', 'succeeded', good, 'rollback');
    expect((await annotationsOf(scene))[reconcile]).toBe('disabled');

    await until('the hold on Flux ends', async () => (await annotationsOf(scene))[reconcile] === undefined);
    expect((await annotationsOf(scene))['keelson.sh/flux-hold-until']).toBeUndefined();
    expect((await owner.pass())['myapp']).toBe('configured');
    const image = (await scene.live('myapp')).spec.template.spec.containers[0]?.image;
    expect(image).toBe(scene.image('latest'));
  });

  it.concurrent('pins one of two workloads of one image by a patch, and leaves the other one alone', async () => {
    await using scene = await openFluxScene(ground);
    const { namespace } = scene;
    await scene.push('latest');
    const owner = await byFlux(scene.flux, namespace);
    const image = scene.image('latest');
    const init = { ...post, ...badImages['a crash of its init container'].annotations };
    await owner.commit([
      inGit({ namespace, name: 'myapp', image, annotations: init, init: true }),
      inGit({ namespace, name: 'other', image, annotations: { ...post, 'keel.sh/policy': 'never' } }),
    ]);
    await Promise.all(['myapp', 'other'].map(scene.complete));
    await scene.startWorker();
    await scene.watched('myapp');
    const good = await rollOut(scene);
    const before = await scene.live('other');

    await rollOutBad(scene);
    const rollback = await scene.came('myapp', 'succeeded', good, 'rollback');
    expect(rollback.written?.path).toBe('flux-kustomization');
    await scene.runs('myapp', good);
    expect((await scene.kustomization()).images).toEqual([]);
    await owner.pass();

    expect(await owner.pass()).toEqual({});
    await scene.runs('myapp', good);
    expect((await scene.live('other')).spec).toEqual(before.spec);
  });
});

onClusters('an owner that puts its image back', (ground) => {
  it('is written over once, and then a hold says who does it', async () => {
    await using scene = await openFluxScene(ground);
    const owner = await begin(scene, helm);
    const good = await rollOut(scene);
    await rollOutBad(scene);
    await scene.came('myapp', 'succeeded', good, 'rollback');
    await scene.runs('myapp', good);
    await scene.mirrored('myapp');

    expect(await owner.pass()).toEqual({ myapp: 'configured' });
    await until('it is put back', async () => {
      const [newest] = await scene.rollouts('myapp');
      return newest?.code === 'pin-restored' && newest.state === 'succeeded';
    });
    await scene.runs('myapp', good);
    await scene.mirrored('myapp');

    expect(await owner.pass()).toEqual({ myapp: 'configured' });
    const hold = await until('it is held', async () => (await scene.history.workload(scene.id('myapp')))?.hold);
    expect(hold).toMatchObject({ code: 'reverted', message: expect.stringContaining('helm-controller') });
  });
});
