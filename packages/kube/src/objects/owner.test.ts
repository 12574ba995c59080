import { describe, expect, it } from 'vitest';
import type { Owner } from '../types.ts';
import { ownerOf } from './owner.ts';

const kustomization = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};
const release = { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'shop' };
const tracking = { 'argocd.argoproj.io/tracking-id': 'storefront:apps/Deployment:shop/web' };

const instance = { 'app.kubernetes.io/instance': 'storefront' };
const argo: Owner = { type: 'argocd', application: 'storefront' };
const flux: Owner = { type: 'flux-kustomization', namespace: 'flux-system', name: 'apps' };

describe('the owner of an object', () => {
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, Owner, string[]?]>([
    ['nothing', {}, {}, { type: 'none' }],
    ['a Kustomization', kustomization, {}, flux],
    ['a HelmRelease', release, {}, { type: 'flux-helmrelease', namespace: 'shop', name: 'shop' }],
    ['only one of the labels of Flux', { 'kustomize.toolkit.fluxcd.io/name': 'apps' }, {}, { type: 'none' }],
    ['tracking by Argo CD', {}, tracking, argo],
    ['an empty tracking', {}, { 'argocd.argoproj.io/tracking-id': '' }, { type: 'none' }],
    ['the label of Argo CD', { 'argocd.argoproj.io/instance': 'storefront' }, {}, argo],
    ['the instance label alone', instance, {}, { type: 'none' }],
    ['the instance label beside the manager of Argo CD', instance, {}, argo, ['kubectl', 'argocd-controller']],
    ['the instance label beside the older manager', instance, {}, argo, ['argocd-application-controller']],
    ['the instance label beside another manager', instance, {}, { type: 'none' }, ['helm', 'my-argocd-controller']],
    ['the manager of Argo CD alone', {}, {}, { type: 'none' }, ['argocd-controller']],
    ['Flux and Argo CD', kustomization, tracking, flux],
    ['Helm by hand', { 'app.kubernetes.io/managed-by': 'Helm' }, {}, { type: 'none' }],
  ])('reads the owner of an object from %s (law 9)', (_what, labels, annotations, expected, managers = []) => {
    expect(ownerOf({ labels, annotations, managers })).toEqual(expected);
  });
});
