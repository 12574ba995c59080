import { startFlux, startHelm } from '@keelson/simulator';
import { expect, it, onTestFinished } from 'vitest';
import { deployment } from '../testing/manifests.ts';
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

const list = [{ kustomize: { images: [{ name: 'apps.test/other', newTag: '1' }] } }];
const image = () => ns.workload('web').containers[0]?.image;
const newest = async () => (await ns.rollouts('web'))[0];
const warnings = async () => (await ns.state('web')).record.warnings.map(({ code }) => code);

function release(postRenderers?: readonly unknown[]) {
  const chart = { spec: { chart: './chart', sourceRef: { kind: 'GitRepository', name: 'flux-system' } } };
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { namespace: ns.namespace, name: 'shop' },
    spec: { interval: '10m', chart, ...(postRenderers && { postRenderers }) },
  };
}

async function patches(): Promise<readonly unknown[]> {
  const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${ns.namespace}/kustomizations/apps`;
  const { spec } = (await ns.http.request({ path })) as { spec: { patches?: readonly unknown[] } };
  return spec.patches ?? [];
}

/** A bad push to a workload of a HelmRelease was rolled back through the Kustomization that applies it, since git has a list. Returns the good image. */
async function rolledBackThrough() {
  const [flux, helm] = [
    await startFlux(ns.env.cluster, { namespace: ns.namespace }),
    await startHelm(ns.env.cluster, { namespace: ns.namespace, pauseMs: 0, pollMs: 20 }),
  ];
  onTestFinished(async () => {
    await flux.stop();
    await helm.stop();
  });
  const good = await ns.push('latest');
  await flux.bootstrap('apps');
  flux.commit('apps', release(list));
  helm.chart('shop', deployment(ns.namespace, 'web', { images: { app: ns.image('latest') } }));
  const pass = async () => {
    await flux.reconcile('apps');
    await helm.reconcile('shop');
  };
  await pass();
  await ns.settled('web');
  await ns.record('web');
  await ns.check('web');
  await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.check('web');
  await ns.work(async () => expect(await newest()).toMatchObject({ kind: 'rollback', state: 'verifying' }));
  await soon(() => ns.settled('web'));
  const { id = '' } = (await newest()) ?? {};
  await soon(async () => {
    await pass();
    expect((await ns.verify(id)).state).toBe('succeeded');
  });
  return { flux, helm, pass, goodImage: `${ns.image('latest')}@${good}` };
}

it('git may drop the list to which an entry adds: its Kustomization is built again, and the rollback stays in force (law 9)', async () => {
  const { flux, pass, goodImage } = await rolledBackThrough();
  const reconciler = ns.reconciler();
  const note = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: ns.namespace, name: 'next' } };
  flux.commit('apps', [release(), note]);
  expect(await flux.reconcile('apps')).toMatchObject([{ reason: 'BuildFailed' }]);

  ns.clock.ahead = 120_000;
  await reconciler.reconcileAll();
  expect(await warnings()).toContain('entry-breaks-owner');
  await ns.work(async () => expect(await patches()).toHaveLength(2));

  expect(await flux.reconcile('apps')).toMatchObject([{ reason: 'ReconciliationSucceeded' }]);
  await pass();
  expect(image()).toBe(goodImage);
  await reconciler.reconcileAll();
  expect(await warnings()).toContain('list-hidden');

  await ns.push('latest');
  await ns.check('web');
  await ns.work(async () => expect(await patches()).toEqual([]));
});
