import { expect, it } from 'vitest';
import type { Tree } from '../../test/support/found.ts';
import { found, lint } from '../../test/support/found.ts';
import { lineOf, workload } from '../../test/support/manifests.ts';

const env = (name: string, more = '') => [
  'env:',
  '  - name: TOKEN',
  `    valueFrom: {secretKeyRef: {name: ${name}, key: k${more}}}`,
];
const needs = (name: string) => workload({ container: env(name) });
const object = (kind: string, name: string, more = '', namespace = 'shop') =>
  `apiVersion: x/v1\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\n${more}`;

it.each([
  ['a variable', { container: env('db') }, 'secretKeyRef'],
  ['the environment', { container: ['envFrom: [{secretRef: {name: db}}]'] }, 'envFrom'],
  ['a volume', { pod: ['volumes: [{name: v, secret: {secretName: db}}]'] }, 'volumes'],
  ['a projected volume', { pod: ['volumes: [{name: v, projected: {sources: [{secret: {name: db}}]}}]'] }, 'volumes'],
  ['pulling', { pod: ['imagePullSecrets: [{name: db}]'] }, 'imagePullSecrets'],
])('lint points at a Secret that nothing creates, for %s', async (_, options, text) => {
  const manifest = workload(options);
  const [finding, ...others] = (await lint({ 'a.yaml': manifest })).filter(({ code }) => code.startsWith('secret'));

  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: 'secret-not-in-tree',
    severity: 'info',
    location: { file: 'a.yaml', line: lineOf(manifest, text) },
    remedy: 'Create it: kubectl -n shop create secret generic db --from-literal=KEY=VALUE',
  });
});

it.each<[string, Tree]>([
  ['a Secret', { 's.yaml': object('Secret', 'db') }],
  ['a SealedSecret', { 's.yaml': object('SealedSecret', 'db') }],
  ['an ExternalSecret of another name', { 's.yaml': object('ExternalSecret', 'x', 'spec: {target: {name: db}}\n') }],
  ['a Certificate', { 's.yaml': object('Certificate', 'x', 'spec: {secretName: db}\n') }],
  ['a generator of kustomize', { 'kustomization.yaml': 'namespace: shop\nsecretGenerator: [{name: db}]\n' }],
  ['a Secret without a namespace', { 's.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n' }],
])('lint finds that the Secret is created by %s', async (_, tree) => {
  expect(await found(['secret-not-in-tree'], { ...tree, 'a.yaml': needs('db') })).toEqual([]);
});

it('lint ignores a Secret of another namespace', async () => {
  const tree = { 's.yaml': object('Secret', 'db', '', 'other'), 'a.yaml': needs('db') };

  expect(await found(['secret-not-in-tree'], tree)).toEqual(['info secret-not-in-tree a.yaml:24']);
});

it('lint ignores optional Secrets', async () => {
  expect(
    await found(['secret-not-in-tree'], { 'a.yaml': workload({ container: env('db', ', optional: true') }) }),
  ).toEqual([]);
});

it.each([
  [
    '# kubectl -n shop create secret generic db --from-literal=a=b',
    'kubectl -n shop create secret generic db --from-literal=a=b',
  ],
  [
    '# Needs a Secret:\n#   kubectl create secret generic -n shop db --from-file=x',
    'kubectl create secret generic -n shop db --from-file=x',
  ],
  [
    '# kubectl --namespace shop create secret docker-registry db \\\n#   --docker-server=x',
    'kubectl --namespace shop create secret docker-registry db --docker-server=x',
  ],
  [
    '# kubectl -n other create secret generic db --from-literal=a=b',
    'kubectl -n shop create secret generic db --from-literal=KEY=VALUE',
  ],
])('lint takes the command for a Secret from comment %j', async (comment, command) => {
  const findings = await lint({ 'a.yaml': `${comment}\n${needs('db')}` });

  expect(findings.find(({ code }) => code === 'secret-not-in-tree')?.remedy).toBe(`Create it: ${command}`);
});
