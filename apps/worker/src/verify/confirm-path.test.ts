import type { Rollout } from '@keelson/history';
import { expect, it } from 'vitest';
import { z } from 'zod';
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

const path = () => `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${ns.namespace}/kustomizations/apps`;

/** A rollback written into a Kustomization that Flux has not reconciled yet, with running pods. The clock stops for its first seconds. */
async function rolledBack(before: object = {}): Promise<Rollout> {
  ns.env.cluster.apply({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace: ns.namespace, name: 'apps' },
    spec: { interval: '10m', path: './', prune: true, sourceRef: { kind: 'GitRepository', name: 'git' } },
  });
  const entries = [{ id: `${ns.namespace}_web_apps_Deployment`, v: 'v1' }];
  await writeFluxStatus({ inventory: { entries }, ...before });
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': ns.namespace,
  };
  await ns.running('web', { labels });
  await ns.record('web');
  await ns.check('web');
  await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.check('web');
  const newest = async () => (await ns.rollouts('web'))[0];
  await ns.work(async () => expect(await newest()).toMatchObject({ kind: 'rollback', state: 'verifying' }));
  ns.clock.ahead = -60_000;

  const rollback = await newest();
  if (rollback?.written?.path !== 'flux-kustomization') throw new Error(`written by ${rollback?.written?.path}`);
  await soon(() => ns.settled('web'));
  return rollback;
}

const kustomization = z.object({
  metadata: z.object({ generation: z.number(), annotations: z.record(z.string(), z.string()) }),
});

/** What a pass says at its end that read the Kustomization as it is now; or one that read it before it was changed. */
async function fluxSays(status: string, reason: string, message: string, stale = false): Promise<void> {
  const { generation, annotations } = kustomization.parse(await ns.http.request({ path: path() })).metadata;
  const conditions = [{ type: 'Ready', status, reason, message, observedGeneration: generation }];
  const read = { lastHandledReconcileAt: annotations['reconcile.fluxcd.io/requestedAt'] };
  await writeFluxStatus({ conditions, lastAttemptedRevision: 'main@sha1:1', ...(!stale && read) });
}

async function writeFluxStatus(status: unknown): Promise<void> {
  await ns.http.request({
    method: 'PATCH',
    path: `${path()}/status`,
    contentType: 'application/merge-patch+json',
    body: { status },
  });
}

const succeeded = ['True', 'ReconciliationSucceeded', 'Applied revision: main'] as const;

it('rollout-verify calls a rollback no success before Flux has read its entry and applied it to the workload', async () => {
  const { id } = await rolledBack();
  await fluxSays(...succeeded, true);
  ns.clock.ahead = 90_000;
  expect((await ns.verify(id)).state).toBe('verifying');
  expect((await ns.rollout(id)).transitions.at(-1)).toMatchObject({ code: 'flux-silent' });

  await fluxSays(...succeeded);
  expect((await ns.verify(id)).state, 'the workload was skipped').toBe('verifying');
  await fluxSays(...succeeded);
  expect((await ns.verify(id)).state).toBe('succeeded');
});

it('rollout-verify keeps the entry and quotes Flux where git does not build', async () => {
  const { id } = await rolledBack();
  for (const _ of [1, 2]) {
    await fluxSays('False', 'BuildFailed', 'no such file');
    await ns.verify(id);
  }

  const { state, transitions } = await ns.verify(id);
  expect(state).toBe('verifying');
  expect(transitions.filter(({ code }) => code === 'flux-not-ready')).toMatchObject([
    { message: expect.stringContaining('BuildFailed: no such file') },
  ]);
  expect(await ns.http.request({ path: path() })).toMatchObject({ spec: { images: [{}] } });
});

it('rollout-verify takes the next write path where the entry breaks the Kustomization, though the pods run', async () => {
  const { id } = await rolledBack({ lastAppliedRevision: 'main@sha1:1', observedGeneration: 1 });
  for (const _ of [1, 2]) {
    await fluxSays('False', 'BuildFailed', 'no such image');
    await ns.verify(id);
  }

  const { state, transitions } = await ns.rollout(id);
  expect(state).toBe('pending');
  expect(transitions.at(-1)).toMatchObject({ code: 'reverted-flux-kustomization' });
  expect(transitions.at(-1)?.message).toContain('no such image');
  expect(await ns.http.request({ path: path() })).not.toMatchObject({ spec: { images: [{}] } });
});

it('rollout-verify has an image written again, by the same path, that a pass reverted which had begun before', async () => {
  const { id } = await rolledBack();
  await fluxSays(...succeeded, true);
  const image = ns.image('latest');
  const body = { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } };
  await ns.patch('web', body, undefined, 'kustomize-controller');
  await soon(() => expect(ns.workload('web').containers[0]?.image).toBe(image));

  const { state, transitions } = await ns.verify(id);
  expect(state).toBe('pending');
  expect(transitions.at(-1)).toMatchObject({ code: 'reverted-meanwhile' });
  expect(await ns.http.request({ path: path() })).toMatchObject({ spec: { images: [{}] } });
  await ns.write(id);
  expect(await ns.rollout(id)).toMatchObject({ state: 'verifying', written: { path: 'flux-kustomization' } });
  await soon(() => expect(ns.workload('web').containers[0]?.image).toContain('@sha256:'));
});
