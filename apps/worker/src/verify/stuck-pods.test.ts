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
  ['one in a crash loop of the revision that was taken back', of('bad', 'CrashLoopBackOff'), 1],
  ['one that never became ready', of('bad'), 1],
  ['one that is ready', of('bad', undefined, true), 0],
  ['one of the revision to roll out', of('new', 'CrashLoopBackOff'), 0],
])('replaces of a StatefulSet %s: %s', (_, one, count) => {
  expect(names([one], set())).toBe(count);
});

it('leaves one that only is not ready yet to an update, and replaces one that is broken', () => {
  expect(names([of('bad')], set(), 'update')).toBe(0);
  expect(names([of('bad', 'ImagePullBackOff')], set(), 'update')).toBe(1);
});

it.each<[string, Partial<Workload>]>([
  ['of another kind', { kind: 'Deployment' }],
  ['whose pods change only when somebody deletes them', { strategy: 'OnDelete' }],
  ['whose controller has not seen the change', { status: { ...status, updateRevision: 'new', observedGeneration: 1 } }],
])('replaces none of a workload %s', (_, over) => {
  expect(names([of('bad', 'CrashLoopBackOff')], set(over))).toBe(0);
});
