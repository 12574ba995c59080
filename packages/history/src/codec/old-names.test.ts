import { expect, it } from 'vitest';
import { checkRecord, fromJson, workloadRecord } from './json.ts';
import { clusterStop, hold, quarantineList } from './restrictions.ts';
import { decodeRollout, encodeRollout } from './rollout-codec.ts';

const workload = {
  id: 'a/deployment/a',
  namespace: 'a',
  kind: 'Deployment',
  name: 'a',
  uid: 'u',
  policy: 'force',
  trigger: 'hint',
  schedule: 'webhooks only',
  owner: 'none',
  writePath: 'image-pin',
  containers: [],
  warnings: [
    { code: 'may-be-undone', message: 'Flux may apply it again.' },
    { code: 'not-yet', message: 'No approvals.' },
  ],
};
const digest = `sha256:${'a'.repeat(64)}`;
const entry = { container: 'c', image: 'ghcr.io/me/a', digest, code: 'crash-loop', at: 1 };

it('history reads a workload record of an older release', () => {
  expect(fromJson(workloadRecord, JSON.stringify(workload), 'record')).toEqual({
    ...workload,
    trigger: 'webhook',
    warnings: [
      { code: 'may-be-reverted', message: 'Flux may apply it again.' },
      { code: 'unsupported', message: 'No approvals.' },
    ],
  });
});

it.each([
  ['held', 'on-hold'],
  ['undone-by-someone', 'reverted-by-someone'],
  ['policy-not-yet', 'policy-unsupported'],
  ['up-to-date', 'up-to-date'],
])('history reads a check of an older release with the code %s as %s', (old, code) => {
  const check = { at: 1, code: old, sentence: 'It is.', observed: [] };
  expect(fromJson(checkRecord, JSON.stringify(check), 'check')).toEqual({
    at: 1,
    code,
    message: 'It is.',
    observed: [],
  });
});

it.each([
  ['undone', 'reverted'],
  ['rollback-by-hand', 'manual-rollback-required'],
  ['paused', 'paused'],
])('history reads a hold of an older release with the code %s as %s', (old, code) => {
  const stored = JSON.stringify({ code: old, sentence: 'Why.', at: 1 });
  expect(fromJson(hold, stored, 'hold')).toEqual({ code, message: 'Why.', at: 1 });
});

it('history reads a quarantine and a stop of an older release', () => {
  const stored = JSON.stringify([{ ...entry, sentence: 'It crashes.' }]);
  expect(fromJson(quarantineList, stored, 'quarantine')).toEqual([{ ...entry, message: 'It crashes.' }]);
  expect(clusterStop.parse({ sentence: 'Stopped.', at: '1' })).toEqual({ message: 'Stopped.', at: 1 });
});

it('history reads the codes of a rollout of an older release', () => {
  const id = '0mg000000';
  const stored = encodeRollout({
    id,
    workload: workload.id,
    changes: [],
    trigger: 'guard',
    code: 'put-back',
    message: 'It was taken away.',
    state: 'pending',
    createdAt: 0,
    updatedAt: 0,
    transitions: [
      { state: 'pending', at: 0, code: 'put-back' },
      { state: 'pending', at: 0, code: 'broken-flux-kustomization' },
    ],
    generation: 0,
    kind: 'rollback',
  });
  expect(decodeRollout(id, stored)).toMatchObject({
    code: 'pin-restored',
    transitions: [{ code: 'pin-restored' }, { code: 'reverted-flux-kustomization' }],
  });
});
