import { expect, it } from 'vitest';
import type { KubeObject } from '../../objects/object.ts';
import type { Container, Pod } from '../../objects/pod.ts';
import { environmentOf } from './env.ts';
import { expand } from './expand.ts';

const metadata = {
  name: 'web-1',
  namespace: 'shop',
  uid: 'u',
  resourceVersion: '1',
  labels: { 'app.kubernetes.io/name': 'web' },
  annotations: { note: 'hi' },
};
const pod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: 'node-1' } };
const sources: Readonly<Record<string, KubeObject>> = {
  'ConfigMap settings': { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { COLOUR: 'blue', SIZE: '3' } },
  'Secret vault': {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    data: { word: Buffer.from('sesame').toString('base64') },
  },
};

function envOf(container: Partial<Container>): Record<string, string> {
  const find = (kind: string, name: string) => sources[`${kind} ${name}`];
  return environmentOf({ name: 'app', ...container }, { pod, podIP: '127.0.0.1', find });
}

const from = (valueFrom: unknown) => ({ env: [{ name: 'X', valueFrom }] });

it.each([
  ['a value', { env: [{ name: 'X', value: '1' }] }, '1'],
  ['no value', { env: [{ name: 'X' }] }, ''],
  [
    'the later of two',
    {
      env: [
        { name: 'X', value: '1' },
        { name: 'X', value: '2' },
      ],
    },
    '2',
  ],
  [
    'what comes before',
    { env: [{ name: 'A', value: 'a' }, { name: 'X', value: '$(A)-$(B)' }, { name: 'B' }] },
    'a-$(B)',
  ],
  ['the name of the pod', from({ fieldRef: { fieldPath: 'metadata.name' } }), 'web-1'],
  ['its namespace', from({ fieldRef: { fieldPath: 'metadata.namespace' } }), 'shop'],
  ['its node', from({ fieldRef: { fieldPath: 'spec.nodeName' } }), 'node-1'],
  ['its address', from({ fieldRef: { fieldPath: 'status.podIP' } }), '127.0.0.1'],
  ['a label', from({ fieldRef: { fieldPath: "metadata.labels['app.kubernetes.io/name']" } }), 'web'],
  ['an annotation', from({ fieldRef: { fieldPath: "metadata.annotations['note']" } }), 'hi'],
  ['a label that is not there', from({ fieldRef: { fieldPath: "metadata.labels['no']" } }), ''],
  ['a ConfigMap', from({ configMapKeyRef: { name: 'settings', key: 'COLOUR' } }), 'blue'],
  ['a Secret', from({ secretKeyRef: { name: 'vault', key: 'word' } }), 'sesame'],
  ['what need not be there', from({ secretKeyRef: { name: 'no', key: 'word', optional: true } }), undefined],
  [
    'a key that need not be there',
    from({ configMapKeyRef: { name: 'settings', key: 'no', optional: true } }),
    undefined,
  ],
])('a container gets environment from %s', (_what, container, expected) => {
  expect(envOf(container)['X']).toBe(expected);
});

it('envFrom reads a whole ConfigMap and Secret, and env overrides it', () => {
  const envFrom = [{ configMapRef: { name: 'settings' } }, { prefix: 'MY_', secretRef: { name: 'vault' } }];

  expect(envOf({ envFrom, env: [{ name: 'SIZE', value: '$(COLOUR)' }] })).toEqual({
    HOSTNAME: 'web-1',
    COLOUR: 'blue',
    SIZE: 'blue',
    MY_word: 'sesame',
  });
});

it.each([
  ['a Secret', from({ secretKeyRef: { name: 'no', key: 'word' } }), 'secret "no" not found'],
  ['a ConfigMap', { envFrom: [{ configMapRef: { name: 'no' } }] }, 'configmap "no" not found'],
  ['a key', from({ secretKeyRef: { name: 'vault', key: 'no' } }), "couldn't find key no in Secret shop/vault"],
  ['a field that is not served', from({ fieldRef: { fieldPath: 'spec.x' } }), 'unsupported fieldPath: spec.x'],
  [
    'a source that is not served',
    from({ resourceFieldRef: {} }),
    'environment from resourceFieldRef is not served by this kubelet',
  ],
])('a container is not created without %s', (_what, container, why) => {
  expect(() => envOf(container)).toThrow(
    expect.objectContaining({ reason: 'CreateContainerConfigError', message: why }),
  );
});

it.each([
  ['$(A)', '1'],
  ['$(A)$(A)/x', '11/x'],
  ['$(NO)', '$(NO)'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$1'],
  ['$A $', '$A $'],
  ['$(A', '$(A'],
])('the reference %s expands to %s', (text, expected) => {
  expect(expand(text, { A: '1' })).toBe(expected);
});
