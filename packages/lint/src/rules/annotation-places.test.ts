import { expect, it } from 'vitest';
import { found } from '../../test/support/found.ts';
import { force, lineOf, workload } from '../../test/support/manifests.ts';

const codes = ['annotation-on-template', 'annotation-on-other-kind', 'value-not-text', 'label-overruled'];
const plain = (kind: string, apiVersion: string, annotation: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: shop\n  annotations:\n    ${annotation}\n`;

it.each([
  [
    'a policy on the pod template',
    workload({ annotations: [], template: ['keel.sh/policy: force'] }),
    'keel.sh/policy',
    'error annotation-on-template',
  ],
  [
    'a policy on a Namespace',
    plain('Namespace', 'v1', 'keel.sh/policy: force'),
    'keel.sh/policy',
    'error annotation-on-other-kind',
  ],
  [
    'a policy on a bare Pod',
    plain('Pod', 'v1', 'keelson.sh/policy: force'),
    'keelson.sh/policy',
    'error annotation-on-other-kind',
  ],
  [
    'true without quotes',
    workload({ annotations: [...force.slice(0, 1), 'keel.sh/match-tag: true'] }),
    'keel.sh/match-tag',
    'error value-not-text',
  ],
  [
    'yes without quotes, which is true to Kubernetes',
    workload({ annotations: ['keel.sh/policy: yes'] }),
    'keel.sh/policy',
    'error value-not-text',
  ],
  ['a key without a value', workload({ annotations: ['keel.sh/policy:'] }), 'keel.sh/policy', 'error value-not-text'],
  [
    'a label that differs from the annotation',
    workload({ labels: ['keel.sh/trigger: default'] }),
    'keel.sh/trigger: default',
    'warning label-overruled',
  ],
])('lint points at %s', async (_, manifest, text, expected) => {
  expect(await found(codes, { 'a.yaml': manifest })).toEqual([`${expected} a.yaml:${lineOf(manifest, text)}`]);
});

it.each([
  ['what Keel writes on templates', workload({ template: ['keel.sh/update-time: "2026-01-01"'] })],
  ['the digest that Keelson writes on templates', workload({ template: ['digest.keelson.sh/shop: x'] })],
  ['a label that equals the annotation', workload({ labels: ['keel.sh/trigger: poll'] })],
  ['keys other than a policy on other kinds', plain('Namespace', 'v1', 'keelson.sh/team: shop')],
])('lint has no finding for %s', async (_, manifest) => {
  expect(await found(codes, { 'a.yaml': manifest })).toEqual([]);
});

it("lint finds a policy on a CronJob's job template", async () => {
  const manifest = `apiVersion: batch/v1
kind: CronJob
metadata: {name: night, namespace: shop}
spec:
  jobTemplate:
    metadata:
      labels:
        keel.sh/policy: force
    spec: {template: {spec: {containers: []}}}
`;

  expect(await found(codes, { 'a.yaml': manifest })).toEqual(['error annotation-on-template a.yaml:8']);
});
