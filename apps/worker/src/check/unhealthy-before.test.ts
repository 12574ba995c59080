import type { DigestRecord, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import type { Pod } from '@keelson/kube';
import { expect, it } from 'vitest';
import { digestOf, pod, workload } from '../testing/values.ts';
import { unhealthyBefore } from './unhealthy-before.ts';

type Known = Pick<WorkloadState, 'digests' | 'active' | 'check'>;

const record = (over: Partial<DigestRecord> = {}): Known => ({
  digests: {
    app: { image: 'ghcr.io/me/web', tag: 'latest', rolledOut: digestOf('a'), lastGood: digestOf('a'), ...over },
  },
});

function waiting(reason: string, digest = ''): Pod {
  const one = pod({ app: digest }, { ready: false });
  return {
    ...one,
    containers: one.containers.map((container) => ({ ...container, ready: false, waiting: { reason } })),
  };
}

const [OLD, PUSHED] = [digestOf('a'), digestOf('c')];
const described = (...relatedDigests: readonly Digest[]) => ({
  relatedDigests,
  labels: {},
});
const move = {
  facts: { name: 'app' },
  digest: PUSHED,
  decision: { move: { container: 'app', from: OLD, to: PUSHED } },
  to: described(PUSHED, digestOf('d')),
  from: described(OLD, digestOf('e')),
};

const told = (pods: readonly Pod[], known: Known = record(), over = {}) =>
  unhealthyBefore({ podsOfNewestRevision: () => pods }, workload(over), known, [move]);

it('names the pod that was in trouble before anything was written', () => {
  expect(told([pod({ app: '' }), waiting('CrashLoopBackOff')])).toBe(
    'Pod web-1 was in CrashLoopBackOff before (container app).',
  );
});

it('says what the controller says when no pod tells, from the second look on', () => {
  const conditions = [
    { type: 'Available', status: 'False', message: 'Deployment does not have minimum availability.' },
  ];
  const status = { observedGeneration: 1, replicas: 1, updated: 1, ready: 0, available: 0, conditions };

  const check = { at: 1, code: 'up-to-date', message: '', observed: [], unhealthy: 'It was not available.' };
  const unready = [pod({ app: '' }, { ready: false })];

  expect(told(unready, { ...record(), check }, { status })).toBe(
    'It was not available before: Deployment does not have minimum availability.',
  );
  expect(told(unready, record(), { status }), 'it may have been scaled up a moment ago').toBeUndefined();
});

it.each([
  ['the new image', PUSHED],
  ['the new image for one platform', digestOf('d')],
  ['a push between the two', digestOf('f')],
])('takes no excuse from pods that pulled %s by themselves', (_, digest) => {
  const conditions = [{ type: 'Available', status: 'False' }];
  const status = { observedGeneration: 1, replicas: 1, updated: 1, ready: 0, available: 0, conditions };
  const pulledByItself = waiting('CrashLoopBackOff', digest);

  expect(told([pod({ app: OLD }), pulledByItself])).toBeUndefined();
  expect(told([pulledByItself], record(), { status })).toBeUndefined();
});

it.each([
  ['what is replaced', OLD],
  ['what is replaced, for one platform', digestOf('e')],
])('takes the excuse of a pod that runs %s, beside one that pulled the new image', (_, digest) => {
  expect(told([waiting('CrashLoopBackOff', PUSHED), waiting('CrashLoopBackOff', digest)])).toBe(
    'Pod web-1 was in CrashLoopBackOff before (container app).',
  );
});

it('takes the excuse of a pod that was in trouble at the last look, though it pulls the new image when it starts anew', () => {
  const check = { at: 1, code: 'up-to-date', message: '', observed: [], unhealthy: 'Pod web-1 crashed.' };

  expect(told([waiting('CrashLoopBackOff', PUSHED)], { ...record(), check })).toBe(
    'Pod web-1 was in CrashLoopBackOff before (container app).',
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
