import type { Rollout } from '@keelson/history';
import type { Helm } from '@keelson/simulator';
import { startHelm } from '@keelson/simulator';
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

const crash = { 'sh.keelson.outcome': 'crash' };
const verifying = (kind: Rollout['kind']) => async () =>
  expect(await ns.newest('web')).toMatchObject({ kind, state: 'verifying' });

async function entries(): Promise<readonly unknown[]> {
  const path = `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${ns.namespace}/helmreleases/shop`;
  const { spec } = (await ns.http.request({ path })) as { spec: { postRenderers?: readonly unknown[] } };
  return spec.postRenderers ?? [];
}

/** A Deployment of a HelmRelease whose passes the test begins; a worker has checked it. Returns its digest. */
async function installed(spec: Readonly<Record<string, unknown>> = {}) {
  const helm = await startHelm(ns.env.cluster, { namespace: ns.namespace, pauseMs: 0, pollMs: 20 });
  onTestFinished(() => helm.stop());
  const good = await ns.push('latest');
  await helm.bootstrap('shop', spec);
  chart(helm);
  await helm.reconcile('shop');
  await ns.settled('web');
  await ns.record('web');
  await ns.check('web');
  return { helm, good };
}

function chart(helm: Helm, tag = 'latest', more = {}): void {
  helm.chart('shop', deployment(ns.namespace, 'web', { images: { app: ns.image(tag) }, ...more }));
}

/** A bad push was rolled back by an entry that no pass has read yet; its pods run. */
async function rolledBack(spec: Readonly<Record<string, unknown>> = {}) {
  const { helm, good } = await installed(spec);
  const bad = await ns.push('latest', crash);
  await ns.check('web');
  await ns.work(verifying('rollback'));
  await soon(() => ns.settled('web'));
  const rollback = await ns.newest('web');
  if (rollback?.written?.path !== 'flux-helmrelease') throw new Error(`written by ${rollback?.written?.path}`);
  expect(ns.imageOf('web')).toBe(`${ns.image('latest')}@${good}`);
  return { helm, good, bad, id: rollback.id };
}

it('rollout-verify waits as long as it takes until an upgrade used the entry before it calls a rollback a success', async () => {
  const { helm, id } = await rolledBack();
  ns.clock.ahead = 600_000;
  const { state, transitions } = await ns.verify(id);
  expect(state).toBe('verifying');
  expect(transitions.at(-1)).toMatchObject({ code: 'flux-silent', message: expect.stringContaining('shop') });
  expect((await ns.verify(id)).transitions, 'it is noted once').toHaveLength(transitions.length);

  await helm.reconcile('shop');

  expect((await ns.verify(id)).state).toBe('succeeded');
});

it('a revert by an upgrade that had begun before the entry was written is no evidence: the image is written again', async () => {
  const { helm, good, id } = await rolledBack();
  const applied = { spec: { template: { spec: { containers: [{ name: 'app', image: ns.image('latest') }] } } } };
  await ns.patch('web', applied, undefined, 'helm-controller');
  await soon(() => expect(ns.imageOf('web')).toBe(ns.image('latest')));

  const { state, transitions } = await ns.verify(id);
  expect(state).toBe('pending');
  expect(transitions.at(-1)).toMatchObject({ code: 'reverted-meanwhile' });
  await ns.work(async () => expect(ns.imageOf('web')).toContain(good));
  expect(await entries()).toHaveLength(1);
  await helm.reconcile('shop');
  await ns.work(async () => expect(await ns.rollout(id)).toMatchObject({ state: 'succeeded' }));
  expect((await ns.rollout(id)).written?.path).toBe('flux-helmrelease');
});

it('an entry that Helm rolled back from is removed, and the next write path is taken (law 9)', async () => {
  const { helm, good, id } = await rolledBack({ upgrade: { remediation: { remediateLastFailure: true } } });
  // Another object of the chart is never ready, so that the upgrade with the entry fails.
  const late = { images: { app: ns.image('nowhere') } };
  helm.chart('shop', [
    deployment(ns.namespace, 'web', { images: { app: ns.image('latest') } }),
    deployment(ns.namespace, 'late', { ...late, annotations: {} }),
  ]);
  await ns.http.request({
    method: 'PATCH',
    path: `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${ns.namespace}/helmreleases/shop`,
    query: { fieldManager: 'flux' },
    contentType: 'application/merge-patch+json',
    body: { spec: { timeout: '50ms' } },
  });
  expect((await helm.reconcile('shop'))[0]).toMatchObject({ actions: ['upgrade', 'rollback'] });
  await soon(() => expect(ns.imageOf('web')).toBe(ns.image('latest')));

  const { state, transitions } = await ns.verify(id);
  expect(state).toBe('pending');
  expect(transitions.at(-1)).toMatchObject({
    code: 'reverted-flux-helmrelease',
    message: expect.stringContaining('Helm rolled it back'),
  });
  expect(await entries()).toEqual([]);
  await ns.work(async () => expect(ns.imageOf('web')).toContain(good));
  expect((await ns.rollout(id)).written?.path).toBe('image-nudge');
});

it('a rollback whose digest fails too takes its entry out again, and Keelson writes nothing more (law 8)', async () => {
  const { helm, good } = await installed({ upgrade: { disableWait: true } });
  await ns.push('latest', crash);
  await ns.check('web');
  await ns.work(verifying('rollback'));
  const { id } = (await ns.newest('web')) ?? { id: '' };
  await ns.deps.history.transition(id, {
    from: ['verifying'],
    to: 'failed',
    code: 'crash-loop',
    message: 'It crashed.',
    consequences: { hold: { code: 'rollback-failed', message: 'The rollback failed too.', at: ns.deps.now() } },
  });
  expect(await entries()).toHaveLength(1);

  await helm.reconcile('shop');
  await ns.guard('web');
  await helm.reconcile('shop');
  await soon(() => expect(ns.imageOf('web')).toBe(ns.image('latest')));
  await ns.guard('web');

  expect(await entries()).toEqual([]);
  expect(await ns.rollouts('web')).toHaveLength(2);
  expect(ns.imageOf('web')).not.toContain(good);
});

it('an entry is taken out when the chart renders another tag, although the new one was never pinned', async () => {
  const { helm, id } = await rolledBack();
  await helm.reconcile('shop');
  await ns.work(async () => expect(await ns.rollout(id)).toMatchObject({ state: 'succeeded' }));
  await ns.push('v2');
  chart(helm, 'v2');
  await helm.reconcile('shop');
  await soon(() => expect(ns.imageOf('web')).toBe(ns.image('v2')));

  await ns.guard('web');

  expect(await entries()).toEqual([]);
  await helm.reconcile('shop');
  expect(ns.imageOf('web')).toBe(ns.image('v2'));
});

it('an update waits until no upgrade can apply the removed entry any more, and is not cancelled by one that does', async () => {
  const { helm, good, id } = await rolledBack();
  await helm.reconcile('shop');
  await ns.work(async () => expect(await ns.rollout(id)).toMatchObject({ state: 'succeeded' }));
  const next = await ns.push('latest');
  await ns.check('web');
  await ns.work(async () => expect(await ns.newest('web')).toMatchObject({ kind: 'update', state: 'verifying' }));
  expect(await entries()).toEqual([]);
  await soon(() => ns.settled('web'));
  const update = (await ns.newest('web'))?.id ?? '';
  expect((await ns.verify(update)).state).toBe('verifying');
  const old = { containers: [{ name: 'app', image: `${ns.image('latest')}@${good}` }] };
  await ns.patch('web', { spec: { template: { spec: old } } }, undefined, 'helm-controller');
  await soon(() => expect(ns.imageOf('web')).toContain(good));

  expect(await ns.verify(update)).toMatchObject({ state: 'pending' });
  await ns.work(async () => expect(ns.imageOf('web')).toBe(ns.image('latest')));
  await helm.reconcile('shop');
  await ns.work(async () => expect(await ns.rollout(update)).toMatchObject({ state: 'succeeded' }));

  expect((await ns.state('web')).digests['app']).toMatchObject({ lastGood: next });
});
