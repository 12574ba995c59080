import type { Rollout } from '@keelson/history';
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

const path = () => `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${ns.namespace}/kustomizations/apps`;

/** A rollback written into a Kustomization that Flux has not reconciled yet, with running pods. The clock stops for its first seconds. */
async function rolledBack(): Promise<Rollout> {
  ns.env.cluster.apply({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace: ns.namespace, name: 'apps' },
    spec: { interval: '10m', path: './', prune: true, sourceRef: { kind: 'GitRepository', name: 'git' } },
  });
  const entries = [{ id: `${ns.namespace}_web_apps_Deployment`, v: 'v1' }];
  await writeFluxStatus({ inventory: { entries } });
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

/** Sets the status that Flux would report for the Kustomization as it is now. */
async function setFluxStatus(status: string, reason: string, message: string): Promise<void> {
  const { metadata } = (await ns.http.request({ path: path() })) as { metadata: { generation: number } };
  const ready = { type: 'Ready', status, reason, message, observedGeneration: metadata.generation };
  await writeFluxStatus({ conditions: [ready] });
}

async function writeFluxStatus(status: unknown): Promise<void> {
  await ns.http.request({
    method: 'PATCH',
    path: `${path()}/status`,
    contentType: 'application/merge-patch+json',
    body: { status },
  });
}

it('rollout-verify waits a few seconds for Flux to reconcile the entry before it calls a rollback a success', async () => {
  const { id } = await rolledBack();
  expect((await ns.verify(id)).state).toBe('verifying');

  ns.clock.ahead = 5_000;
  expect((await ns.verify(id)).state).toBe('succeeded');
});

it('rollout-verify calls a rollback a success once Flux has applied the entry', async () => {
  const { id } = await rolledBack();
  await setFluxStatus('True', 'ReconciliationSucceeded', 'Applied revision: main');
  expect((await ns.verify(id)).state).toBe('succeeded');
});

it('rollout-verify takes the next write path where Flux refuses the entry, though the pods run', async () => {
  const { id } = await rolledBack();
  await setFluxStatus('False', 'BuildFailed', 'no such image');

  const { state, transitions } = await ns.verify(id);
  expect(state).toBe('pending');
  expect(transitions.at(-1)).toMatchObject({ code: 'reverted-flux-kustomization' });
  expect(transitions.at(-1)?.message).toContain('no such image');
  expect(await ns.http.request({ path: path() })).not.toMatchObject({ spec: { images: [{}] } });
});
