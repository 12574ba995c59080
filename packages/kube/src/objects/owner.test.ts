import { describe, expect, it } from 'vitest';
import type { Owner } from '../types.ts';
import { readWorkload } from './workload.ts';

const kustomization = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};
const release = { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'shop' };
const trackedAs = (object: string) => ({ 'argocd.argoproj.io/tracking-id': object });
const tracking = trackedAs('storefront:apps/Deployment:shop/web');

const instance = { 'app.kubernetes.io/instance': 'storefront' };
const argo: Owner = { type: 'argocd', application: 'storefront' };
const flux: Owner = { type: 'flux-kustomization', namespace: 'flux-system', name: 'apps' };

const containers = {
  'f:spec': { 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {} } } } } },
};
const label = { 'f:metadata': { 'f:labels': { 'f:team': {} } } };

/** The Deployment shop/web, whose containers these managers apply. */
function read(
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
  managers: readonly string[],
  owned: unknown = containers,
) {
  const managedFields = managers.map((manager) => ({ manager, operation: 'Update', fieldsV1: owned }));
  const metadata = { namespace: 'shop', name: 'web', uid: 'u', resourceVersion: '7', labels, annotations };
  return readWorkload('Deployment', { metadata: { ...metadata, managedFields } });
}

describe('the owner of an object', () => {
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, Owner, string[]?]>([
    ['nothing', {}, {}, { type: 'none' }],
    ['a Kustomization', kustomization, {}, flux],
    ['a HelmRelease', release, {}, { type: 'flux-helmrelease', namespace: 'shop', name: 'shop' }],
    ['only one of the labels of Flux', { 'kustomize.toolkit.fluxcd.io/name': 'apps' }, {}, { type: 'none' }],
    ['tracking by Argo CD', {}, tracking, argo],
    ['an empty tracking', {}, trackedAs(''), { type: 'none' }],
    ['the tracking of another name', {}, trackedAs('storefront:apps/Deployment:shop/web2'), { type: 'none' }],
    ['the tracking of another namespace', {}, trackedAs('storefront:apps/Deployment:prod/web'), { type: 'none' }],
    ['the tracking of another kind', {}, trackedAs('storefront:apps/StatefulSet:shop/web'), { type: 'none' }],
    ['the label of Argo CD', { 'argocd.argoproj.io/instance': 'storefront' }, {}, argo],
    ['the instance label alone', instance, {}, { type: 'none' }],
    ['the instance label beside the manager of Argo CD', instance, {}, argo, ['kubectl', 'argocd-controller']],
    ['the instance label beside the older manager', instance, {}, argo, ['argocd-application-controller']],
    ['the instance label beside another manager', instance, {}, { type: 'none' }, ['helm', 'my-argocd-controller']],
    ['the manager of Argo CD alone', {}, {}, { type: 'argocd' }, ['argocd-controller']],
    ['a label of its own choice', { team: 'shop' }, {}, { type: 'argocd' }, ['argocd-controller', 'keelson']],
    ['Flux and Argo CD', kustomization, tracking, flux],
    ['Helm by hand', { 'app.kubernetes.io/managed-by': 'Helm' }, {}, { type: 'none' }],
  ])('reads the owner of an object from %s (law 9)', (_what, labels, annotations, expected, managers = []) => {
    expect(read(labels, annotations, managers)?.owner).toEqual(expected);
  });

  it('takes Argo CD for no owner of an object in which it writes a label only (law 9)', () => {
    expect(read(instance, {}, ['argocd-controller'], label)?.owner).toEqual({ type: 'none' });
  });

  it('knows Argo CD by its manager beside the labels of Flux, which may have been copied (law 9)', () => {
    expect(read(kustomization, {}, ['argocd-controller'])).toMatchObject({ owner: flux, argo: { type: 'argocd' } });
  });
});
