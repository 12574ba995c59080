import type { Pass } from '@keelson/simulator';
import { ApiClient } from '@keelson/simulator';
import { expect } from 'vitest';
import { neverPolled } from '../../src/manifests.ts';
import { onClusters } from '../../src/on-clusters.ts';
import { applierOf } from '../../src/reapply/apply.ts';
import { byFlux } from '../../src/reconcilers.ts';
import { begin, isQuiet, manifestsOf, rollOut, rollOutBad } from '../../src/story.ts';
import type { TestNamespace } from '../../src/test-namespace.ts';
import { waitUntil } from '../../src/wait-until.ts';
import { watchImages } from '../../src/watch-images.ts';
import type { WritePathCase } from '../../src/write-path-cases.ts';
import { withoutPolicy } from '../../src/write-path-cases.ts';

const { images, patches } = withoutPolicy;

/** What the image of `myapp` is from now on. */
async function watched(ns: TestNamespace) {
  const seen = await watchImages(ns);
  ns.onClose(() => seen.stop());
  const from = seen.of('myapp').length;
  return () => seen.of('myapp').slice(from);
}

/** With git's manifest, so that no annotation of Keelson's is left. */
async function replaceByHand(ns: TestNamespace, owner: WritePathCase): Promise<void> {
  const client = new ApiClient(ns.env.access);
  ns.onClose(() => client.close());
  for (const manifest of manifestsOf(ns, owner)) await applierOf(client, 'replace', 'Deployment').apply(manifest);
}

/** A pass over the Kustomization has read it, and waits. */
function beginPass(ns: TestNamespace): Promise<Pass> {
  return ns.env.flux().begin(ns.name);
}

onClusters(
  'passes of Flux that begin before a write and apply after it',
  (it) => {
    it.for([
      ['images', images],
      ['patches', patches],
    ] as const)(
      'a pass that had begun before a rollback into spec.%s reverts nothing, and proves nothing (law 9)',
      async ([, path], { ns }) => {
        const owner = await begin(ns, path);
        const good = await rollOut(ns);
        const pass = await beginPass(ns);
        await rollOutBad(ns);
        const newest = async () => (await ns.rollouts('myapp'))[0];
        await waitUntil('the rollback is written', async () => (await newest())?.state === 'verifying');
        await ns.runs('myapp', good);
        const since = await watched(ns);

        await pass.apply();
        expect(await newest()).toMatchObject({ kind: 'rollback', state: 'verifying' });
        await pass.end();
        const rollback = await ns.reached('myapp', 'succeeded', good, 'rollback');

        expect(rollback.written?.path).toBe('flux-kustomization');
        expect(rollback.transitions.map(({ code }) => code)).not.toContain('reverted-flux-kustomization');
        expect(since().filter((image) => !image.endsWith(good))).toEqual([]);
        await owner.pass();
        await isQuiet(ns, owner);
        await ns.runs('myapp', good);
      },
    );

    it.for([
      ['images', images],
      ['patches', patches],
    ] as const)(
      'the push after a rollback into spec.%s is rolled out though somebody replaced the object in between (law 1)',
      async ([, path], { ns }) => {
        const owner = await begin(ns, path);
        const good = await rollOut(ns);
        await rollOutBad(ns);
        await ns.reached('myapp', 'succeeded', good, 'rollback');
        await ns.stateSaved('myapp');
        await ns.stopWorkers();
        await replaceByHand(ns, path);
        await owner.pass();
        await ns.runs('myapp', good);
        await ns.startWorker();

        const next = await rollOut(ns);

        await ns.runs('myapp', next);
        await owner.pass();
        await isQuiet(ns, owner);
      },
    );

    it.for([
      ['images', images],
      ['patches', patches],
    ] as const)(
      'a pass that still knows an entry in spec.%s does not write its digest back when the next push is rolled out (law 9)',
      async ([, path], { ns }) => {
        const owner = await begin(ns, path);
        const good = await rollOut(ns);
        await rollOutBad(ns);
        await ns.reached('myapp', 'succeeded', good, 'rollback');
        await ns.stateSaved('myapp');
        const pass = await beginPass(ns);
        const next = await ns.push('latest');
        await ns.check('myapp');
        const newest = async () => (await ns.rollouts('myapp'))[0];
        await waitUntil('the next push is written', async () => {
          const update = await newest();
          return update?.kind === 'update' && update.state === 'verifying';
        });
        const since = await watched(ns);

        await pass.apply();
        await ns.runs('myapp', next);
        expect(await newest()).toMatchObject({ state: 'verifying' });
        await pass.end();
        await ns.reached('myapp', 'succeeded', next);

        expect(since().filter((image) => image.includes(good))).toEqual([]);
        const { pins, patches: left } = await ns.kustomization();
        expect([pins, left]).toEqual([undefined, []]);
        await owner.pass();
        await isQuiet(ns, owner);
        await ns.runs('myapp', next);
      },
    );

    it('a rollback waits for a suspended Kustomization to be resumed, and says so (law 9)', async ({ env, ns }) => {
      await begin(ns, images);
      const good = await rollOut(ns);
      const suspend = (value: boolean) =>
        env.kube.request({
          method: 'PATCH',
          path: `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/${ns.name}`,
          query: { fieldManager: 'flux' },
          contentType: 'application/merge-patch+json',
          body: { spec: { suspend: value } },
        });
      await suspend(true);
      await rollOutBad(ns);
      await ns.runs('myapp', good);
      await waitUntil('the verdict waits', async () => {
        const [newest] = await ns.rollouts('myapp');
        return newest?.transitions.at(-1)?.code === 'flux-suspended';
      });

      await suspend(false);

      await ns.reached('myapp', 'succeeded', good, 'rollback');
      await ns.runs('myapp', good);
    });

    it('a rollback lasts where git leaves no room in its Kustomization, with a warning before and while Flux is on hold (laws 7 and 9)', async ({
      ns,
    }) => {
      const owner = await begin(ns, {
        annotations: neverPolled,
        warning: 'may-be-reverted',
        reconciler: () =>
          byFlux(ns.env.flux(), ns.name, {
            images: [{ name: 'other.test/app', newTag: 'v1' }],
            patches: [{ target: { kind: 'Service' }, patch: '- {op: remove, path: /metadata/labels/x}' }],
          }),
      });
      const good = await rollOut(ns);
      await rollOutBad(ns);
      const rollback = await ns.reached('myapp', 'succeeded', good, 'rollback');

      expect(rollback.written?.path).toBe('flux-hold');
      for (const _ of [1, 2, 3]) expect(await owner.pass()).toEqual({ myapp: 'skipped' });
      await ns.runs('myapp', good);
      await waitUntil('the hold on Flux is shown', async () => {
        const { record } = (await ns.history.workload(ns.id('myapp'))) ?? {};
        return record?.warnings.some(({ code }) => code === 'flux-on-hold');
      });

      await rollOut(ns);
      await isQuiet(ns, owner);
    });
  },
  { clusters: ['simulated', 'plain'], flux: true },
);
