import { startFlux } from '@keelson/simulator';
import { expect, it, onTestFinished } from 'vitest';
import { deployment } from '../testing/manifests.ts';
import { rolledBack } from '../testing/rolled-out.ts';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  { times: { readyMs: 50, backoffMs: 200 } },
);

const ownerLabel = 'kustomize.toolkit.fluxcd.io/name';

async function images(kustomization: string): Promise<readonly unknown[]> {
  const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${ns.namespace}/kustomizations/${kustomization}`;
  const { spec } = (await ns.http.request({ path })) as { spec: { images?: readonly unknown[] } };
  return spec.images ?? [];
}

/** The Deployment `web` of the Kustomization `one` is rolled back by an entry there. */
async function rolledBackByEntry(reconciler: ReturnType<TestNamespace['reconciler']>) {
  const flux = await startFlux(ns.env.cluster, { namespace: ns.namespace, reacts: true });
  onTestFinished(() => flux.stop());
  for (const name of ['one', 'two']) {
    flux.commit(name, []);
    await flux.bootstrap(name);
  }
  const git = deployment(ns.namespace, 'web', { images: { app: ns.image('latest') } });
  flux.commit('one', git);
  const apply = () => flux.reconcile('one').then(() => soon(() => ns.workload('web')));
  await ns.push('latest');
  await apply();
  const good = await rolledBack(ns);
  await reconciler.reconcileAll();
  const entry = { name: ns.image('latest'), newTag: 'latest', digest: good };
  expect(await images('one')).toEqual([entry]);

  /** Git has it in `two`, whose pass is the first one. */
  async function move(): Promise<void> {
    flux.commit('two', git);
    await flux.reconcile('two');
    await soon(() => expect(ns.workload('web').labels[ownerLabel]).toBe('two'));
  }
  return { flux, entry, good, move };
}

it('a rollback in force goes on in the Kustomization to which git moved the workload, and its entry leaves the one before (law 9)', async () => {
  const reconciler = ns.reconciler();
  const { flux, entry, good, move } = await rolledBackByEntry(reconciler);

  await move();
  await reconciler.reconcile(ns.key('web'));
  expect(await images('one'), 'it still lists the workload').toEqual([entry]);
  expect(reconciler.unproven()).toMatchObject([{ name: 'web' }]);
  flux.commit('one', []);
  await flux.reconcile('one');
  await reconciler.reconcile(ns.key('web'));
  await ns.guard('web');
  await ns.work(async () => {
    expect(await images('two')).toEqual([entry]);
    expect((await ns.rollouts('web'))[0]).toMatchObject({ code: 'pin-restored', state: 'succeeded' });
  });

  expect(await images('one')).toEqual([]);
  expect(ns.workload('web').containers[0]?.image).toBe(`${ns.image('latest')}@${good}`);
  expect((await ns.state('web')).record.leftOwners).toBeUndefined();
});

it('an entry leaves a Kustomization that pruned the workload before another one made it anew', async () => {
  const reconciler = ns.reconciler();
  const { flux, move } = await rolledBackByEntry(reconciler);
  flux.commit('one', []);
  await flux.reconcile('one');
  await move();

  await reconciler.reconcile(ns.key('web'));

  expect(await images('one')).toEqual([]);
});
