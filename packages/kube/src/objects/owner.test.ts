import { describe, expect, it } from 'vitest';
import type { Owner } from '../types.ts';
import { ownerOf } from './owner.ts';

const kustomization = {
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
};
const release = { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'shop' };
const tracking = { 'argocd.argoproj.io/tracking-id': 'storefront:apps/Deployment:shop/web' };

describe('the owner of an object', () => {
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, Owner]>([
    ['nothing', {}, {}, { type: 'none' }],
    ['a Kustomization', kustomization, {}, { type: 'flux-kustomization', namespace: 'flux-system', name: 'apps' }],
    ['a HelmRelease', release, {}, { type: 'flux-helmrelease', namespace: 'shop', name: 'shop' }],
    ['only one of the labels of Flux', { 'kustomize.toolkit.fluxcd.io/name': 'apps' }, {}, { type: 'none' }],
    ['tracking by Argo CD', {}, tracking, { type: 'argocd', application: 'storefront' }],
    ['an empty tracking', {}, { 'argocd.argoproj.io/tracking-id': '' }, { type: 'none' }],
    ['the instance label alone', { 'app.kubernetes.io/instance': 'storefront' }, {}, { type: 'none' }],
    ['Helm by hand', { 'app.kubernetes.io/managed-by': 'Helm' }, {}, { type: 'none' }],
  ])('reads the owner of an object from %s (law 9)', (_what, labels, annotations, expected) => {
    expect(ownerOf({ labels, annotations })).toEqual(expected);
  });
});
