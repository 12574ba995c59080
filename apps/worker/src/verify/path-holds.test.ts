import type { Rollout } from '@keelson/history';
import { expect, it } from 'vitest';
import type { Corner } from '../testing/corner.ts';
import { inCorners } from '../testing/in-corners.ts';
import { soon } from '../testing/place.ts';

let corner: Corner;
inCorners(
  (opened) => {
    corner = opened;
  },
  { times: { readyMs: 50, backoffMs: 200 } },
);

const path = () => `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${corner.namespace}/kustomizations/apps`;

/** A rollback that stands in a Kustomization at which nobody has looked yet, its pods at work. Its first seconds do not pass. */
async function rolledBack(): Promise<Rollout> {
  corner.place.cluster.apply({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { namespace: corner.namespace, name: 'apps' },
    spec: { interval: '10m', path: './', prune: true, sourceRef: { kind: 'GitRepository', name: 'git' } },
  });
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': corner.namespace,
  };
  await corner.running('web', { labels });
  await corner.known('web');
  await corner.poll('web');
  await corner.push('latest', { 'sh.keelson.outcome': 'crash' });
  await corner.poll('web');
  const newest = async () => (await corner.rollouts('web'))[0];
  await corner.work(async () => expect(await newest()).toMatchObject({ kind: 'rollback', state: 'verifying' }));
  corner.clock.ahead = -60_000;

  const rollback = await newest();
  if (rollback?.written?.path !== 'flux-kustomization') throw new Error(`written by ${rollback?.written?.path}`);
  await soon(() => corner.settled('web'));
  return rollback;
}

/** What Flux says of the Kustomization as it is now. */
async function fluxSays(status: string, reason: string, message: string): Promise<void> {
  const { metadata } = (await corner.http.request({ path: path() })) as { metadata: { generation: number } };
  const ready = { type: 'Ready', status, reason, message, observedGeneration: metadata.generation };
  await corner.http.request({
    method: 'PATCH',
    path: `${path()}/status`,
    contentType: 'application/merge-patch+json',
    body: { status: { conditions: [ready] } },
  });
}

it('calls nothing a success while Flux has not looked at the entry, and waits for that a while only', async () => {
  const { id } = await rolledBack();
  expect((await corner.verify(id)).state).toBe('verifying');

  corner.clock.ahead = 5_000;
  expect((await corner.verify(id)).state).toBe('succeeded');
});

it('asks no longer than until Flux has taken the entry', async () => {
  const { id } = await rolledBack();
  await fluxSays('True', 'ReconciliationSucceeded', 'Applied revision: main');
  expect((await corner.verify(id)).state).toBe('succeeded');
});

it('takes the next way where Flux refuses the entry, though the pods are at work', async () => {
  const { id } = await rolledBack();
  await fluxSays('False', 'BuildFailed', 'no such image');

  const { state, transitions } = await corner.verify(id);
  expect(state).toBe('pending');
  expect(transitions.at(-1)).toMatchObject({ code: 'broken-flux-kustomization' });
  expect(transitions.at(-1)?.message).toContain('no such image');
  expect(await corner.http.request({ path: path() })).not.toMatchObject({ spec: { images: [{}] } });
});
