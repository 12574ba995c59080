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

/** A rollback that stands in a Kustomization at which nobody has looked yet, its pods at work. Its first seconds do not pass. */
async function rolledBack(): Promise<Rollout> {
  ns.env.cluster.apply({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace: ns.namespace, name: 'apps' },
    spec: { interval: '10m', path: './', prune: true, sourceRef: { kind: 'GitRepository', name: 'git' } },
  });
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': ns.namespace,
  };
  await ns.running('web', { labels });
  await ns.known('web');
  await ns.poll('web');
  await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.poll('web');
  const newest = async () => (await ns.rollouts('web'))[0];
  await ns.work(async () => expect(await newest()).toMatchObject({ kind: 'rollback', state: 'verifying' }));
  ns.clock.ahead = -60_000;

  const rollback = await newest();
  if (rollback?.written?.path !== 'flux-kustomization') throw new Error(`written by ${rollback?.written?.path}`);
  await soon(() => ns.settled('web'));
  return rollback;
}

/** What Flux says of the Kustomization as it is now. */
async function fluxSays(status: string, reason: string, message: string): Promise<void> {
  const { metadata } = (await ns.http.request({ path: path() })) as { metadata: { generation: number } };
  const ready = { type: 'Ready', status, reason, message, observedGeneration: metadata.generation };
  await ns.http.request({
    method: 'PATCH',
    path: `${path()}/status`,
    contentType: 'application/merge-patch+json',
    body: { status: { conditions: [ready] } },
  });
}

it('calls nothing a success while Flux has not looked at the entry, and waits for that a while only', async () => {
  const { id } = await rolledBack();
  expect((await ns.verify(id)).state).toBe('verifying');

  ns.clock.ahead = 5_000;
  expect((await ns.verify(id)).state).toBe('succeeded');
});

it('asks no longer than until Flux has taken the entry', async () => {
  const { id } = await rolledBack();
  await fluxSays('True', 'ReconciliationSucceeded', 'Applied revision: main');
  expect((await ns.verify(id)).state).toBe('succeeded');
});

it('takes the next way where Flux refuses the entry, though the pods are at work', async () => {
  const { id } = await rolledBack();
  await fluxSays('False', 'BuildFailed', 'no such image');

  const { state, transitions } = await ns.verify(id);
  expect(state).toBe('pending');
  expect(transitions.at(-1)).toMatchObject({ code: 'reverted-flux-kustomization' });
  expect(transitions.at(-1)?.message).toContain('no such image');
  expect(await ns.http.request({ path: path() })).not.toMatchObject({ spec: { images: [{}] } });
});
