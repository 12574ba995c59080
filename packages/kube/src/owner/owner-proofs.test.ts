import { bounds } from '@keelson/core';
import { expect, it, onTestFinished } from 'vitest';
import { json, startFakeApi, status } from '../../test/support/fake-api.ts';
import { argoTracking, fluxLabels, helmLabels, workload } from '../../test/support/workload.ts';
import { connect } from '../http/connect.ts';
import { readOwnEntries } from '../write/own-entries.ts';
import { createOwnerProofs } from './owner-proofs.ts';

type Answers = Readonly<Record<string, readonly string[] | 'no inventory' | number>>;

/** Proofs over an API server that answers with these inventories or errors, by plural. */
async function proofsOver(answers: Answers, now = Date.now) {
  const api = await startFakeApi(({ path }, response) => {
    const [, answer] = Object.entries(answers).find(([plural]) => path.includes(`/${plural}/`)) ?? ['', 404];
    if (typeof answer === 'number') return json(response, answer, status(answer, 'Refused', 'no'));
    const inventory = typeof answer === 'string' ? undefined : { entries: answer.map((id) => ({ id, v: 'v1' })) };
    return json(response, 200, { metadata: { name: 'x', uid: 'u' }, status: { inventory } });
  });
  const http = await connect({ kubeconfigText: api.kubeconfig });
  onTestFinished(async () => {
    await http.close();
    await api.stop();
  });
  return { ...createOwnerProofs(http, { readEntries: readOwnEntries, now }), requests: api.requests };
}

const own = ['shop_web_apps_Deployment'];
const others = ['shop_web2_apps_Deployment', 'shop2_web_apps_Deployment', 'shop_web_apps_StatefulSet'];
const [kustomizations, helmreleases] = [fluxLabels, helmLabels];
const both = { ...fluxLabels, ...helmLabels };

it.each<[string, Answers, Readonly<Record<string, string>>, string]>([
  ['a Kustomization that lists it', { kustomizations: own }, kustomizations, 'flux-kustomization'],
  ['a Kustomization that lists others', { kustomizations: others }, kustomizations, 'none'],
  ['a Kustomization that lists nothing', { kustomizations: [] }, kustomizations, 'none'],
  ['a Kustomization without a list', { kustomizations: 'no inventory' }, kustomizations, 'unknown'],
  ['a Kustomization that may not be read', { kustomizations: 403 }, kustomizations, 'unknown'],
  ['a Kustomization that is gone', {}, kustomizations, 'unknown'],
  ['a Kustomization of an API server that fails', { kustomizations: 500 }, kustomizations, 'unknown'],
  ['a HelmRelease that lists it', { helmreleases: own }, helmreleases, 'flux-helmrelease'],
  ['a HelmRelease that lists others', { helmreleases: others }, helmreleases, 'none'],
  ['a HelmRelease too old to list', { helmreleases: 'no inventory' }, helmreleases, 'unknown'],
  ['a HelmRelease that may not be read', { helmreleases: 403 }, helmreleases, 'unknown'],
  ['both, of which the HelmRelease lists it', { kustomizations: others, helmreleases: own }, both, 'flux-helmrelease'],
  ['both, of which one cannot be read', { kustomizations: others, helmreleases: 403 }, both, 'unknown'],
  ['both, of which none lists it', { kustomizations: others, helmreleases: others }, both, 'none'],
])('the owner of a workload whose labels name %s', async (_what, answers, labels, expected) => {
  const { owner } = await (await proofsOver(answers)).withOwner(workload({ labels }));

  expect(owner.type).toBe(expected);
});

it('keeps the proof of a namespace though another one names more owners than are kept (law 17)', async () => {
  const { withOwner, requests } = await proofsOver({ kustomizations: own }, () => 0);
  const web = workload({ labels: fluxLabels });
  await withOwner(web);
  const named = Array.from({ length: bounds.ownersKept + 1 }, (_, index) => ({
    ...web,
    namespace: 'tenant',
    labels: { ...fluxLabels, 'kustomize.toolkit.fluxcd.io/name': `a${index}` },
  }));
  await Promise.all(named.map((one) => withOwner(one)));
  const before = requests.length;

  await withOwner(web);

  expect(requests).toHaveLength(before);
  // Its own oldest one is no longer kept.
  await Promise.all(named.slice(0, 1).map((one) => withOwner(one)));
  expect(requests).toHaveLength(before + 1);
});

it('names the permission that is missing', async () => {
  const { withOwner } = await proofsOver({ kustomizations: 403 });

  expect((await withOwner(workload({ labels: fluxLabels }))).owner).toMatchObject({
    type: 'unknown',
    message: expect.stringMatching(
      /Kustomization flux-system\/apps.* "get" on kustomizations in namespace flux-system/,
    ),
  });
});

it('falls back to Argo CD where Flux does not list a workload that Argo CD applies (law 9)', async () => {
  const { withOwner } = await proofsOver({ kustomizations: others });
  const owners = await Promise.all([
    withOwner(workload({ labels: fluxLabels, annotations: argoTracking })),
    withOwner({ ...workload({ labels: fluxLabels }), argo: { type: 'argocd' } }),
  ]);

  expect(owners.map(({ owner }) => owner.type)).toEqual(['argocd', 'argocd']);
});

it('takes no owner for gone that the cluster serves in other versions only (laws 9 and 16)', async () => {
  const api = await startFakeApi(({ path }, response) => {
    if (path !== '/apis/helm.toolkit.fluxcd.io') return void response.writeHead(404).end('404 page not found\n');
    return json(response, 200, { kind: 'APIGroup', versions: [{ version: 'v2beta2' }, { version: 'v2beta1' }] });
  });
  const http = await connect({ kubeconfigText: api.kubeconfig });
  onTestFinished(async () => {
    await http.close();
    await api.stop();
  });
  const { withOwner } = createOwnerProofs(http, { readEntries: readOwnEntries });
  const owners = await Promise.all([helmLabels, fluxLabels].map((labels) => withOwner(workload({ labels }))));

  expect(owners.map(({ owner }) => owner)).toMatchObject([
    { type: 'unknown', gone: false, message: expect.stringMatching(/as v2beta2 and v2beta1 only.* reads v2\. Update/) },
    { type: 'unknown', gone: true },
  ]);
});
