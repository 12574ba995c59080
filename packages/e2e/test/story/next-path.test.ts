import { expect } from 'vitest';
import { badImages } from '../../src/bad-images.ts';
import { inGit } from '../../src/in-git.ts';
import { exampleAnnotations, neverPolled } from '../../src/manifests.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { removePolicy } from '../../src/pin-policy.ts';
import { byFlux } from '../../src/reconcilers.ts';
import { begin, isQuiet, rollOut, rollOutBad } from '../../src/story.ts';
import type { TestNamespace } from '../../src/test-namespace.ts';
import { waitUntil } from '../../src/wait-until.ts';
import { withoutPolicy, withPolicy } from '../../src/write-path-cases.ts';

const reconcile = 'kustomize.toolkit.fluxcd.io/reconcile';
const { images, argo } = withoutPolicy;

/**
 * A Kustomization whose own entry sets the image that Keelson would pin: a digest of ours never comes through it. The entry gives staging
 * the same tag, so nothing looks at staging by itself in the time of a test: it would have a rollout, and a hold, of its own.
 */
const overriding = {
  warning: 'may-be-reverted',
  annotations: neverPolled,
  reconciler: (ns: TestNamespace) => {
    const name = ns.image('latest').replace(/:latest$/, '');
    return byFlux(ns.env.flux(), ns.name, { images: [{ name, newTag: 'latest' }] });
  },
};

async function annotationsOf(ns: TestNamespace): Promise<Readonly<Record<string, string>>> {
  return (await ns.read('myapp')).metadata.annotations;
}

onClusters(
  'a pod pin that no longer works',
  (it) => {
    it('a rollback uses the Kustomization where new pods no longer carry the pinned digest (law 9)', async ({
      env,
      ns,
    }) => {
      const owner = await begin(ns, withPolicy.kustomization, { recreate: true });
      const good = await rollOut(ns);
      await removePolicy(env.kube);

      await rollOutBad(ns);
      const rollback = await ns.reached('myapp', 'succeeded', good, 'rollback');

      expect(rollback.written?.path).toBe('flux-kustomization');
      await ns.runs('myapp', good);
      expect((await ns.kustomization()).images).toHaveLength(1);
      await isQuiet(ns, owner);
    });
  },
  { flux: true, policy: 'removable' },
);

onClusters(
  'a Kustomization that cannot hold a digest',
  (it) => {
    it('a Kustomization that does not build keeps our entry, and the verdict waits until it builds (law 9)', async ({
      env,
      ns,
    }) => {
      const owner = await begin(ns, images);
      const good = await rollOut(ns);
      const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/${ns.name}`;
      const setPatches = (patches: readonly unknown[]) =>
        env.kube.request({
          method: 'PATCH',
          path,
          query: { fieldManager: 'somebody' },
          contentType: 'application/merge-patch+json',
          body: { spec: { patches } },
        });
      await setPatches([{ patch: 'apiVersion: v1\nkind: Secret\nmetadata: {name: nobody}\n' }]);
      expect(await owner.pass()).toMatchObject({ [ns.name]: expect.stringContaining('BuildFailed') });

      await rollOutBad(ns);
      const waiting = await waitUntil('the verdict waits', async () => {
        const [newest] = await ns.rollouts('myapp');
        return newest?.transitions.find(({ code }) => code === 'flux-not-ready');
      });
      expect(waiting.message).toContain('no resource matches strategic merge patch');
      await ns.runs('myapp', good);
      expect((await ns.kustomization()).images).toHaveLength(1);

      await setPatches([]);
      const rollback = await ns.reached('myapp', 'succeeded', good, 'rollback');
      expect(rollback.written?.path).toBe('flux-kustomization');
      await ns.runs('myapp', good);
    });

    it('Flux is suspended for a workload for a while, where its annotation allows that (law 9)', async ({ ns }) => {
      const owner = await begin(ns, overriding, { annotations: { 'keelson.sh/flux-hold': '1h' } });
      const good = await rollOut(ns);
      await rollOutBad(ns);
      const rollback = await ns.reached('myapp', 'succeeded', good, 'rollback');

      expect(rollback.written?.path).toBe('flux-hold');
      await ns.runs('myapp', good);
      for (const _ of [1, 2, 3]) expect(await owner.pass()).toEqual({ myapp: 'skipped' });
      await ns.runs('myapp', good);

      const next = await rollOut(ns);
      await waitUntil('Flux is no longer suspended', async () => (await annotationsOf(ns))[reconcile] === undefined);
      await isQuiet(ns, owner);
      await ns.runs('myapp', next);
    });

    it('Flux is no longer suspended for a workload when the time is over (law 9)', async ({ ns }) => {
      const owner = await begin(ns, overriding, { annotations: { 'keelson.sh/flux-hold': '5s' } });
      const good = await rollOut(ns);
      await rollOutBad(ns);
      await ns.reached('myapp', 'succeeded', good, 'rollback');
      expect((await annotationsOf(ns))[reconcile]).toBe('disabled');

      await waitUntil('the hold on Flux ends', async () => (await annotationsOf(ns))[reconcile] === undefined);
      expect((await annotationsOf(ns))['keelson.sh/flux-hold-until']).toBeUndefined();
      expect((await owner.pass())['myapp']).toBe('configured');
      const image = (await ns.read('myapp')).spec.template.spec.containers[0]?.image;
      expect(image).toBe(ns.image('latest'));
    });

    it('one of two workloads of one image is pinned by a patch, and the other one stays as it is (law 9)', async ({
      ns,
    }) => {
      const namespace = ns.name;
      await ns.push('latest');
      const owner = await byFlux(ns.env.flux(), namespace);
      const image = ns.image('latest');
      const init = { ...exampleAnnotations, ...badImages['a crash of its init container'].annotations };
      await owner.commit([
        inGit({ namespace, name: 'myapp', image, annotations: init, init: true }),
        inGit({ namespace, name: 'other', image, annotations: { ...exampleAnnotations, 'keel.sh/policy': 'never' } }),
      ]);
      await Promise.all(['myapp', 'other'].map(ns.complete));
      await ns.startWorker();
      await ns.checked('myapp');
      const good = await rollOut(ns);
      const before = await ns.read('other');

      await rollOutBad(ns);
      const rollback = await ns.reached('myapp', 'succeeded', good, 'rollback');
      expect(rollback.written?.path).toBe('flux-kustomization');
      await ns.runs('myapp', good);
      expect((await ns.kustomization()).images).toEqual([]);
      await owner.pass();

      expect(await owner.pass()).toEqual({});
      await ns.runs('myapp', good);
      expect((await ns.read('other')).spec).toEqual(before.spec);
    });
  },
  { flux: true },
);

onClusters('an owner that reverts the image', (it) => {
  it('an owner that reverts the image is overwritten while its tag means a quarantined digest, and a hold names it (laws 7 and 9)', async ({
    ns,
  }) => {
    const owner = await begin(ns, argo);
    const good = await rollOut(ns);
    await rollOutBad(ns);
    await ns.reached('myapp', 'succeeded', good, 'rollback');
    await ns.runs('myapp', good);
    await ns.stateSaved('myapp');

    for (const times of [1, 2, 3, 4]) {
      expect(await owner.pass()).toEqual({ myapp: 'configured' });
      await waitUntil(`the pin is restored, ${times}`, async () => {
        const guarded = (await ns.rollouts('myapp')).filter(({ code }) => code === 'pin-restored');
        return guarded.length === times && guarded[0]?.state === 'succeeded';
      });
      await ns.runs('myapp', good);
      await ns.stateSaved('myapp');
    }
    const { hold } = (await ns.history.workload(ns.id('myapp'))) ?? {};
    expect(hold).toMatchObject({
      code: 'reverted',
      message: expect.stringMatching(/^argocd-controller .*goes on restoring/),
    });
  });
});
