import { expect, it } from 'vitest';
import type { Tree } from '../../test/support/found.ts';
import { found } from '../../test/support/found.ts';
import { force, imageName, lineOf, workload } from '../../test/support/manifests.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const repo = imageName.slice(0, -':latest'.length);
const codes = [
  'pinned-by-digest',
  'flux-force',
  'flux-skips',
  'flux-no-room',
  'two-updaters',
  'drift-detection',
  'self-heal',
];

const flux = (...spec: readonly string[]) =>
  [
    'apiVersion: kustomize.toolkit.fluxcd.io/v1',
    'kind: Kustomization',
    'metadata: {name: shop, namespace: flux-system}',
    'spec:',
    '  path: ./apps/shop',
    ...spec.map((one) => `  ${one}`),
    '',
  ].join('\n');
const app: Tree = { 'apps/shop/shop.yaml': workload() };
const kustomized: Tree = { ...app, 'apps/shop/kustomization.yaml': 'resources: [shop.yaml]\n' };
const policy =
  'apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicy\nmetadata: {name: keelson-pin}\n';
const helm = (drift: string, values = '{a: [{annotations: {keel.sh/policy: force}}]}') =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: x}\nspec:\n  driftDetection: ${drift}\n  values: ${values}\n`;
const argo = (more = '', annotation = '') =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: x\n  annotations: {${annotation}}\nspec:\n  source: {path: apps/shop}\n  syncPolicy: {automated: {selfHeal: true}}\n${more}`;

it.each<[string, Tree, readonly string[]]>([
  [
    'a digest in the manifest',
    { 'apps/shop/shop.yaml': workload({ image: `${imageName}@${digest}` }) },
    ['warning pinned-by-digest apps/shop/shop.yaml:21'],
  ],
  [
    'a digest in a kustomization',
    {
      ...app,
      'apps/shop/kustomization.yaml': `resources: [shop.yaml]\nimages:\n  - name: ${repo}\n    digest: ${digest}\n`,
    },
    ['error pinned-by-digest apps/shop/kustomization.yaml:4'],
  ],
  [
    'a digest of another image in a kustomization',
    {
      ...app,
      'apps/shop/kustomization.yaml': `resources: [shop.yaml]\nimages:\n  - name: redis\n    digest: ${digest}\n`,
    },
    [],
  ],
  [
    'another tag in a kustomization',
    { ...app, 'apps/shop/kustomization.yaml': `resources: [shop.yaml]\nimages: [{name: ${repo}, newTag: main}]\n` },
    [],
  ],
  [
    "a digest in Flux' Kustomization",
    { ...kustomized, 'c.yaml': flux('images:', `  - {name: "${repo}", digest: "${digest}"}`) },
    ['error pinned-by-digest c.yaml:7'],
  ],
  [
    'a digest in a patch of Flux',
    { ...app, 'c.yaml': flux('patches:', '  - patch: |', `      image: ${imageName}@${digest}`) },
    ['error pinned-by-digest c.yaml:7'],
  ],
  ['a patch of something else', { ...app, 'c.yaml': flux('patches: [{patch: "x: 1"}]') }, []],
  [
    'images and patches both in git, so that Keelson can write neither',
    { ...kustomized, 'c.yaml': flux('patches: [{patch: "x: 1"}]', 'images: [{name: redis, newTag: "7"}]') },
    ['warning flux-no-room c.yaml:7'],
  ],
  [
    'images and patches both in git, with the admission policy',
    {
      ...kustomized,
      'p.yaml': policy,
      'c.yaml': flux('patches: [{patch: "x: 1"}]', 'images: [{name: redis, newTag: "7"}]'),
    },
    [],
  ],
  [
    'force on a Kustomization that applies a followed workload',
    { ...kustomized, 'c.yaml': flux('force: true') },
    ['warning flux-force c.yaml:6'],
  ],
  [
    'force on a Kustomization that applies none',
    { 'apps/shop/shop.yaml': workload({ annotations: [] }), 'c.yaml': flux('force: true') },
    [],
  ],
  [
    'force on a Kustomization of another folder',
    { 'apps/other/shop.yaml': workload(), 'c.yaml': flux('force: true') },
    [],
  ],
  [
    'force on the workload',
    { 'a.yaml': workload({ annotations: [...force, 'kustomize.toolkit.fluxcd.io/force: enabled'] }) },
    ['warning flux-force a.yaml:10'],
  ],
  [
    'a workload that Flux ignores',
    { 'a.yaml': workload({ annotations: [...force, 'kustomize.toolkit.fluxcd.io/ssa: Ignore'] }) },
    ['info flux-skips a.yaml:10'],
  ],
  [
    'a workload that Flux does not reconcile',
    { 'a.yaml': workload({ annotations: [...force, 'kustomize.toolkit.fluxcd.io/reconcile: disabled'] }) },
    ['info flux-skips a.yaml:10'],
  ],
  [
    'a workload that Flux merges',
    { 'a.yaml': workload({ annotations: [...force, 'kustomize.toolkit.fluxcd.io/ssa: Merge'] }) },
    [],
  ],
  [
    "a line that Flux' image automation rewrites",
    { 'a.yaml': workload({ image: `${imageName} # {"$imagepolicy": "flux-system:shop"}` }) },
    ['error two-updaters a.yaml:21'],
  ],
  [
    'the marker of image automation on a workload that is not followed',
    { 'a.yaml': workload({ annotations: [], image: `${imageName} # {"$imagepolicy": "flux-system:shop"}` }) },
    [],
  ],
  [
    "Argo CD's image updater",
    {
      'a.yaml': workload(),
      'argo.yaml': argo('', `argocd-image-updater.argoproj.io/image-list: 'shop=${repo}:latest'`).replace(
        'selfHeal: true',
        '',
      ),
    },
    ['error two-updaters argo.yaml:5'],
  ],
  ['a Helm release that corrects drift', { 'h.yaml': helm('{mode: enabled}') }, ['warning drift-detection h.yaml:5']],
  [
    'a Helm release that corrects drift, where Keelson may write an entry',
    { 'h.yaml': helm('{mode: enabled}').replace('{name: x}', '{name: x, namespace: flux-system}') },
    [],
  ],
  ['a Helm release that only warns of drift', { 'h.yaml': helm('{mode: warn}') }, []],
  [
    'a Helm release that ignores containers',
    { 'h.yaml': helm('{mode: enabled, ignore: [{paths: [/spec/template/spec/containers]}]}') },
    [],
  ],
  ['a Helm release without followed workloads', { 'h.yaml': helm('{mode: enabled}', '{a: 1}') }, []],
  [
    'a Helm release that corrects drift, with the admission policy',
    { 'p.yaml': policy, 'h.yaml': helm('{mode: enabled}') },
    [],
  ],
  ['an application with selfHeal', { ...app, 'argo.yaml': argo() }, ['warning self-heal argo.yaml:8']],
  [
    'an application with selfHeal that ignores the fields of Keelson',
    { ...app, 'argo.yaml': argo('  ignoreDifferences: [{managedFieldsManagers: [keelson]}]\n') },
    [],
  ],
  ['an application with selfHeal of other workloads', { 'apps/other/a.yaml': workload(), 'argo.yaml': argo() }, []],
])('lint of Flux and Argo CD: %s', async (_, tree, expected) => {
  expect(await found(codes, tree)).toEqual(expected);
});

it('lint points at the digest that overrides the manifest', async () => {
  const manifest = flux('images:', `  - name: "${repo}"`, `    digest: "${digest}"`);

  expect(await found(codes, { ...kustomized, 'c.yaml': manifest })).toEqual([
    `error pinned-by-digest c.yaml:${lineOf(manifest, 'digest')}`,
  ]);
});
