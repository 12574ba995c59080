import type { DigestRecord, WorkloadState } from '@keelson/history';
import type { Pod } from '@keelson/kube';
import { expect, it } from 'vitest';
import { digestOf, pod, workload } from '../testing/values.ts';
import { unhealthyBefore } from './unhealthy-before.ts';

type Known = Pick<WorkloadState, 'digests' | 'active'>;

const record = (over: Partial<DigestRecord> = {}): Known => ({
  digests: {
    app: { image: 'ghcr.io/me/web', tag: 'latest', rolledOut: digestOf('a'), lastGood: digestOf('a'), ...over },
  },
});

function waiting(reason: string): Pod {
  const one = pod({ app: '' }, { ready: false });
  return {
    ...one,
    containers: one.containers.map((container) => ({ ...container, ready: false, waiting: { reason } })),
  };
}

const told = (pods: readonly Pod[], known: Known = record(), over = {}) =>
  unhealthyBefore({ podsOfNewestRevision: () => pods }, workload(over), known);

it('names the pod that was in trouble before anything was written', () => {
  expect(told([pod({ app: '' }), waiting('CrashLoopBackOff')])).toBe(
    'Pod web-1 was in CrashLoopBackOff before (container app).',
  );
});

it('says what the controller says when no pod tells', () => {
  const conditions = [
    { type: 'Available', status: 'False', message: 'Deployment does not have minimum availability.' },
  ];
  const status = { observedGeneration: 1, replicas: 1, updated: 1, ready: 0, available: 0, conditions };

  expect(told([pod({ app: '' }, { ready: false })], record(), { status })).toBe(
    'It was not available before: Deployment does not have minimum availability.',
  );
});

it.each<[string, readonly Pod[], Known, object]>([
  ['all is well', [pod({ app: '' })], record(), {}],
  ['a pod is only starting', [waiting('ContainerCreating')], record(), {}],
  ['a broken pod is on its way out', [{ ...waiting('CrashLoopBackOff'), deleting: true }], record(), {}],
  ['what runs badly is our own last push', [waiting('CrashLoopBackOff')], record({ rolledOut: digestOf('b') }), {}],
  ['a rollout is under way', [waiting('CrashLoopBackOff')], { ...record(), active: 'r1' }, {}],
  ['no pod is wanted', [waiting('CrashLoopBackOff')], record(), { replicas: 0 }],
])('says nothing while %s', (_, pods, known, over) => {
  expect(told(pods, known, over)).toBeUndefined();
});
