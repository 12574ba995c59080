import type { Job, Pod } from '@keelson/kube';
import { expect, it } from 'vitest';
import { digestOf, pod, workload } from '../testing/values.ts';
import { digestsThatWork } from './digests-that-work.ts';

const [a, b] = [digestOf('a'), digestOf('b')];
const runs = (digest: string, over: Partial<Pod> = {}) => pod({ app: `ghcr.io/me/web@${digest}` }, over);

const crashing = (): Pod => {
  const one = runs(a, { ready: false });
  return { ...one, containers: one.containers.map((it) => ({ ...it, waiting: { reason: 'CrashLoopBackOff' } })) };
};

it.each<[string, readonly Pod[], readonly string[]]>([
  ['ready pods', [runs(a), runs(a)], [a]],
  ['one ready pod beside one that starts', [runs(a), runs(b, { ready: false })], [a]],
  ['pods that start', [runs(a, { ready: false })], []],
  ['a ready pod beside one that crashes', [runs(a), crashing()], []],
  ['a pod that is being deleted', [runs(a, { deleting: true })], []],
  ['a pod that reports no image', [pod({ app: '' })], []],
  ['no pod', [], []],
])('digestsThatWork reads %s', (_, pods, expected) => {
  const view = { podsOfNewestRevision: () => pods, jobs: () => [], podsOfJob: () => [] };

  expect(digestsThatWork(view, workload(), 'app')).toEqual(expected);
});

const job = (name: string, ended?: 'Complete' | 'Failed'): Job => ({
  namespace: 'ns',
  name,
  uid: name,
  createdAt: '2026-01-01T00:00:00Z',
  templateAnnotations: {},
  containers: [],
  conditions: ended ? [{ type: ended, status: 'True' }] : [],
});

it.each<[string, readonly Job[], readonly string[]]>([
  ['whose last run ended well', [job('a', 'Failed'), job('b', 'Complete')], [b]],
  ['whose newest run has not ended yet', [job('a', 'Complete'), job('b')], [a]],
  ['whose last run failed', [job('a', 'Complete'), job('b', 'Failed')], []],
  ['that never ran', [], []],
])('digestsThatWork reads the runs of a CronJob %s', (_, jobs, expected) => {
  const podsOfJob = ({ name }: Job) => [runs(digestOf(name), { ready: false, phase: 'Succeeded' })];
  const view = { podsOfNewestRevision: () => [], jobs: () => jobs, podsOfJob };

  expect(digestsThatWork(view, workload({ kind: 'CronJob' }), 'app')).toEqual(expected);
});
