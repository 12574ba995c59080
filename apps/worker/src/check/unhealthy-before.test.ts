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

/** A check before which all of these pods were there. */
const checkedAt = Date.parse(pod({}).createdAt) + 60_000;

const [old, pushed] = [digestOf('a'), digestOf('c')];
const described = (...relatedDigests: readonly Digest[]) => ({
  relatedDigests,
  labels: {},
});
const move = {
  facts: { name: 'app' },
  digest: pushed,
  decision: { move: { container: 'app', from: old, to: pushed } },
  to: described(pushed, digestOf('d')),
  from: described(old, digestOf('e')),
};

const reason = (pods: readonly Pod[], known: Known = record(), over = {}) =>
  unhealthyBefore({ podsOfNewestRevision: () => pods }, workload(over), known, [move]);

it('unhealthyBefore names the pod that was failing before anything was written', () => {
  expect(reason([pod({ app: '' }), waiting('CrashLoopBackOff')])).toBe(
    'Pod web-1 was in CrashLoopBackOff before (container app).',
  );
});

it('unhealthyBefore gives the controller’s message from the second check on when no pod is failing', () => {
  const conditions = [
    { type: 'Available', status: 'False', message: 'Deployment does not have minimum availability.' },
  ];
  const status = { observedGeneration: 1, replicas: 1, updated: 1, ready: 0, available: 0, conditions };

  const check = { at: checkedAt, code: 'up-to-date', message: '', observed: [], unhealthy: 'It was not available.' };
  const unready = [pod({ app: '' }, { ready: false })];

  expect(reason(unready, { ...record(), check }, { status })).toBe(
    'It was not available before: Deployment does not have minimum availability.',
  );
  expect(reason(unready, record(), { status }), 'it may have been scaled up a moment ago').toBeUndefined();
});

it.each([
  ['the new image', pushed],
  ['the new image for one platform', digestOf('d')],
  ['a push between the two', digestOf('f')],
])('unhealthyBefore ignores failing pods that pulled %s by themselves', (_, digest) => {
  const conditions = [{ type: 'Available', status: 'False' }];
  const status = { observedGeneration: 1, replicas: 1, updated: 1, ready: 0, available: 0, conditions };
  const pulledByItself = waiting('CrashLoopBackOff', digest);

  expect(reason([pod({ app: old }), pulledByItself])).toBeUndefined();
  expect(reason([pulledByItself], record(), { status })).toBeUndefined();
});

it('unhealthyBefore ignores failing pods that pulled a push by themselves while the workload was on hold', () => {
  const held = { ...move, facts: { name: 'app', pinned: old }, decision: {} };
  const of = (digest: Digest) =>
    unhealthyBefore({ podsOfNewestRevision: () => [waiting('CrashLoopBackOff', digest)] }, workload(), record(), [
      held,
    ]);

  expect(of(digestOf('f'))).toBeUndefined();
  expect(of(digestOf('e'))).toBe('Pod web-1 was in CrashLoopBackOff before (container app).');
});

it('unhealthyBefore ignores failing pods that pulled a push by themselves, of which an older answer does not know', () => {
  const checked = { ...move, facts: { name: 'app', rolledOut: old }, digest: old, decision: {} };
  const of = (digest: Digest) =>
    unhealthyBefore({ podsOfNewestRevision: () => [waiting('CrashLoopBackOff', digest)] }, workload(), record(), [
      checked,
    ]);

  expect(of(pushed)).toBeUndefined();
  expect(of(digestOf('e'))).toBe('Pod web-1 was in CrashLoopBackOff before (container app).');
});

it.each([
  ['the replaced image', old],
  ['the replaced image for one platform', digestOf('e')],
])('unhealthyBefore counts a failing pod that runs %s beside one that pulled the new image', (_, digest) => {
  expect(reason([waiting('CrashLoopBackOff', pushed), waiting('CrashLoopBackOff', digest)])).toBe(
    'Pod web-1 was in CrashLoopBackOff before (container app).',
  );
});

it('unhealthyBefore counts a pod that was failing at the last check, though it pulls the new image when it restarts', () => {
  const check = { at: checkedAt, code: 'up-to-date', message: '', observed: [], unhealthy: 'Pod web-1 crashed.' };

  expect(reason([waiting('CrashLoopBackOff', pushed)], { ...record(), check })).toBe(
    'Pod web-1 was in CrashLoopBackOff before (container app).',
  );
});

it('unhealthyBefore counts no pod that came after the last check, as when the workload is being scaled', () => {
  const conditions = [{ type: 'Available', status: 'False' }];
  const status = { observedGeneration: 1, replicas: 1, updated: 1, ready: 0, available: 0, conditions };
  const check = { at: checkedAt - 60_000, code: 'up-to-date', message: '', observed: [] };
  const unhealthy = 'It was not available before.';
  const checked = { ...move, facts: { name: 'app', rolledOut: old }, digest: old, decision: {} };
  const scaled = [pod({ app: old }), pod({ app: '' }, { ready: false })];

  expect(
    unhealthyBefore({ podsOfNewestRevision: () => scaled }, workload({ status }), { ...record(), check }, [checked]),
  ).toBeUndefined();
  expect(
    reason([waiting('CrashLoopBackOff', pushed)], { ...record(), check: { ...check, unhealthy } }),
  ).toBeUndefined();
});

it.each<[string, readonly Pod[], Known, object]>([
  ['all pods are ready', [pod({ app: '' })], record(), {}],
  ['a pod is only starting', [waiting('ContainerCreating')], record(), {}],
  ['a failing pod is being deleted', [{ ...waiting('CrashLoopBackOff'), deleting: true }], record(), {}],
  ['Keelson’s own last push is failing', [waiting('CrashLoopBackOff')], record({ rolledOut: digestOf('b') }), {}],
  ['a rollout is under way', [waiting('CrashLoopBackOff')], { ...record(), active: 'r1' }, {}],
  ['the workload has no replicas', [waiting('CrashLoopBackOff')], record(), { replicas: 0 }],
])('unhealthyBefore has no reason while %s', (_, pods, known, over) => {
  expect(reason(pods, known, over)).toBeUndefined();
});
