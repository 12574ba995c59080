import type { Pod, Workload } from '@keelson/kube';
import { expect, it } from 'vitest';
import { rollout } from '../testing/rollouts.ts';
import { pod, workload } from '../testing/values.ts';
import { stuckPods } from './stuck-pods.ts';

const status = { observedGeneration: 2, replicas: 1, updated: 0, ready: 0, available: 0, conditions: [] };
const set = (over: Partial<Workload> = {}) =>
  workload({ kind: 'StatefulSet', status: { ...status, updateRevision: 'new' }, ...over });

function of(revision: string, reason?: string, ready = false): Pod {
  const one = pod({ app: '' }, { ready, labels: { 'controller-revision-hash': revision } });
  const waiting = reason === undefined ? {} : { waiting: { reason } };
  return { ...one, containers: one.containers.map((container) => ({ ...container, ...waiting })) };
}

const names = (pods: readonly Pod[], subject: Workload, kind: 'update' | 'rollback' = 'rollback') =>
  stuckPods({ pods: () => pods }, subject, rollout({ kind })).length;

it.each<[string, Pod, number]>([
  ['a pod in a crash loop of the revision that was rolled back', of('bad', 'CrashLoopBackOff'), 1],
  ['a pod that never became ready', of('bad'), 1],
  ['a pod that is ready', of('bad', undefined, true), 0],
  ['a pod of the revision to roll out', of('new', 'CrashLoopBackOff'), 0],
])('stuckPods judges of a StatefulSet %s', (_, one, count) => {
  expect(names([one], set())).toBe(count);
});

it('stuckPods finds for an update the failing pods, not those that are only unready', () => {
  expect(names([of('bad')], set(), 'update')).toBe(0);
  expect(names([of('bad', 'ImagePullBackOff')], set(), 'update')).toBe(1);
});

it.each<[string, Partial<Workload>]>([
  ['of another kind', { kind: 'Deployment' }],
  ['whose pods are replaced only when they are deleted', { strategy: 'OnDelete' }],
  ['whose controller has not seen the change', { status: { ...status, updateRevision: 'new', observedGeneration: 1 } }],
])('stuckPods finds nothing for a workload %s', (_, over) => {
  expect(names([of('bad', 'CrashLoopBackOff')], set(over))).toBe(0);
});

it.each<[number, number]>([
  [1, 1],
  [2, 0],
])('stuckPods leaves alone what the controller makes anew as it was: partition %i', (partition, count) => {
  expect(names([{ ...of('bad', 'CrashLoopBackOff'), name: 'web-1' }], set({ partition }))).toBe(count);
});

it.each(['other-1', 'web', 'web-x', 'web-1-1'])(
  'stuckPods deletes no pod %s that only says that it is of the set (law 17)',
  (name) => {
    expect(names([{ ...of('bad', 'CrashLoopBackOff'), name }], set())).toBe(0);
  },
);
