import { expect, it } from 'vitest';
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

const crash = { 'sh.keelson.outcome': 'crash' };

/** A bad push was rolled back by the image alone, which is not verified yet. Returns the good digest. */
async function nudgedBack(labels: Readonly<Record<string, string>>): Promise<string> {
  const good = await ns.running('web', { labels });
  await ns.record('web');
  await ns.check('web');
  await ns.push('latest', crash);
  await ns.check('web');
  await ns.work(async () => expect(await ns.newest('web')).toMatchObject({ kind: 'rollback', state: 'verifying' }));
  expect((await ns.newest('web'))?.written?.path).toBe('image-nudge');
  await soon(() => expect(ns.imageOf('web')).toContain('@'));
  return good;
}

async function revert(manager: string): Promise<void> {
  const body = { spec: { template: { spec: { containers: [{ name: 'app', image: ns.image('latest') }] } } } };
  await ns.patch('web', body, undefined, manager);
  await soon(() => expect(ns.imageOf('web')).toBe(ns.image('latest')));
}

it('an owner that reverts the image before it is verified does not make the rollback a failure: it is restored (law 9)', async () => {
  const good = await nudgedBack({ 'argocd.argoproj.io/instance': 'shop' });
  const { id = '' } = (await ns.newest('web')) ?? {};

  await revert('argocd-controller');
  await ns.work(async () => {
    expect(ns.imageOf('web')).toContain(good);
    expect(await ns.newest('web')).toMatchObject({ code: 'pin-restored', state: 'succeeded' });
  });

  const { state, transitions } = await ns.rollout(id);
  expect(state).toBe('cancelled');
  expect(transitions.at(-1)).toMatchObject({ code: 'reverted', message: expect.stringContaining('argocd-controller') });
});

/** A HelmRelease into which Keelson may not write, and whose drift Flux corrects. */
async function release(): Promise<Readonly<Record<string, string>>> {
  const { namespace } = ns;
  ns.env.cluster.apply({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { namespace, name: 'shop', generation: 1 },
    spec: {
      interval: '10m',
      chart: { spec: { chart: './chart', sourceRef: { kind: 'GitRepository', name: 'git' } } },
      postRenderers: [{ kustomize: { images: [{ name: 'other', newTag: '1' }] } }],
      driftDetection: { mode: 'enabled' },
    },
  });
  const entries = [{ id: `${namespace}_web_apps_Deployment`, v: 'v1' }];
  await ns.http.request({
    method: 'PATCH',
    path: `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases/shop/status`,
    contentType: 'application/merge-patch+json',
    body: { status: { inventory: { entries } } },
  });
  return { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': namespace };
}

it('a rollback by the image alone is no success while Flux is to revert it, and ends as reverted when it does (laws 9 and 16)', async () => {
  const good = await nudgedBack(await release());
  const { id = '' } = (await ns.newest('web')) ?? {};
  await soon(() => ns.settled('web'));

  const { state, transitions } = await ns.verify(id);
  expect(state).toBe('verifying');
  expect(transitions.at(-1)).toMatchObject({ code: 'waits-for-owner', message: expect.stringContaining('drift') });

  await revert('helm-controller');
  await ns.work(async () => {
    expect(ns.imageOf('web')).toContain(good);
    expect(await ns.newest('web')).toMatchObject({ code: 'pin-restored' });
  });
  expect(await ns.rollout(id)).toMatchObject({ state: 'cancelled' });
});
