import { expect, it } from 'vitest';
import type { Tree } from '../../test/support/found.ts';
import { check, found } from '../../test/support/found.ts';
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
])('points at a Secret that nothing makes, for %s', async (_, options, text) => {
  const manifest = workload(options);
  const [finding, ...others] = (await check({ 'a.yaml': manifest })).filter(({ code }) => code.startsWith('secret'));

  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: 'secret-not-in-tree',
    severity: 'info',
    place: { file: 'a.yaml', line: lineOf(manifest, text) },
    remedy: 'Make it: kubectl -n shop create secret generic db --from-literal=KEY=VALUE',
  });
});

it.each<[string, Tree]>([
  ['a Secret', { 's.yaml': object('Secret', 'db') }],
  ['a SealedSecret', { 's.yaml': object('SealedSecret', 'db') }],
  ['an ExternalSecret of another name', { 's.yaml': object('ExternalSecret', 'x', 'spec: {target: {name: db}}\n') }],
  ['a Certificate', { 's.yaml': object('Certificate', 'x', 'spec: {secretName: db}\n') }],
  ['a generator of kustomize', { 'kustomization.yaml': 'namespace: shop\nsecretGenerator: [{name: db}]\n' }],
  ['one without a namespace', { 's.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n' }],
])('is content with %s', async (_, tree) => {
  expect(await found(['secret-not-in-tree'], { ...tree, 'a.yaml': needs('db') })).toEqual([]);
});

it('is not content with one of another namespace', async () => {
  const tree = { 's.yaml': object('Secret', 'db', '', 'other'), 'a.yaml': needs('db') };

  expect(await found(['secret-not-in-tree'], tree)).toEqual(['info secret-not-in-tree a.yaml:24']);
});

it('asks for none that is optional', async () => {
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
])('says how it is made, as a comment does: %j', async (comment, command) => {
  const findings = await check({ 'a.yaml': `${comment}\n${needs('db')}` });

  expect(findings.find(({ code }) => code === 'secret-not-in-tree')?.remedy).toBe(`Make it: ${command}`);
});
