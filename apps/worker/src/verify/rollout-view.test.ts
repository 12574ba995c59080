import type { Job, Workload } from '@keelson/kube';
import { expect, it } from 'vitest';
import { rollout } from '../testing/rollouts.ts';
import { container, digestOf, pod, workload } from '../testing/values.ts';
import { viewOf } from '../testing/view-of.ts';
import { podsOfTheChange, rolloutView } from './rollout-view.ts';

const written = '2026-01-01T00:00:05.400Z';
const transitions = [{ state: 'verifying', at: Date.parse(written), code: 'written' }] as const;

function job(name: string, createdAt: string, image: string): Job {
  const containers = [container('app', image)];
  return { namespace: 'ns', name, uid: name, createdAt, templateAnnotations: {}, containers, conditions: [] };
}

/** The names of the Jobs by which a rollout of a CronJob is judged. */
function judgedBy(...jobs: readonly Job[]) {
  const view = viewOf({
    jobs: () => jobs,
  });
  return rolloutView(view, workload({ kind: 'CronJob' }), rollout({ transitions })).jobs?.map(({ name }) => name);
}

it('a Job that names the tag alone counts from the second after the write, as the one before may be older than the write (laws 6 and 14)', () => {
  const tag = 'ghcr.io/me/web:latest';
  expect(
    judgedBy(
      job('before', '2026-01-01T00:00:04Z', tag),
      job('same-second', '2026-01-01T00:00:05Z', tag),
      job('after', '2026-01-01T00:00:06Z', tag),
    ),
  ).toEqual(['after']);
});

it('a Job that names the written digest counts whenever it was created, and one that names another never does', () => {
  expect(
    judgedBy(
      job('ours', '2026-01-01T00:00:05Z', `ghcr.io/me/web:latest@${digestOf('b')}`),
      job('other', '2026-01-01T00:00:06Z', `ghcr.io/me/web:latest@${digestOf('a')}`),
    ),
  ).toEqual(['ours']);
});

function judgedByRemoved(removed: Job) {
  const view = viewOf({
    removedJob: () => ({ job: removed, pods: [pod({ app: 'x@2' })] }),
  });
  return rolloutView(view, workload({ kind: 'CronJob' }), rollout({ transitions })).jobs;
}

it('a Job that was removed counts with the pods that it had', () => {
  expect(judgedByRemoved(job('gone', '2026-01-01T00:00:06Z', 'ghcr.io/me/web:latest'))).toMatchObject([
    { name: 'gone', removed: true, pods: [{ name: 'web-1' }] },
  ]);
});

it('a Job that was removed before the write does not count, though it names the written digest (law 6)', () => {
  expect(judgedByRemoved(job('gone', '2026-01-01T00:00:04Z', `ghcr.io/me/web:latest@${digestOf('b')}`))).toEqual([]);
});

/** Which containers of a pod of the change count as moved beside an older pod, while the rollout changes `app`. */
function moved(now: Readonly<Record<string, string>>, ...before: readonly Readonly<Record<string, string>>[]) {
  const newest = pod(now, { uid: 'new' });
  const view = viewOf({
    podsOfNewestRevision: () => [newest],
    pods: () => [newest, ...before.map((images, index) => pod(images, { uid: `old-${index}` }))],
  });
  const subject = workload({ kind: 'StatefulSet' });
  const { pods } = rolloutView(view, subject, rollout({ transitions, generation: 1 }));
  return pods.flatMap(({ containers }) => containers.filter((one) => one.moved).map(({ name }) => name));
}

it('rolloutView compares with the images that a container worked with, not with those that failed', () => {
  const failing = pod({ side: 'x@4' }, { uid: 'failing' });
  const view = viewOf({
    podsOfNewestRevision: () => [pod({ side: 'x@4' }, { uid: 'new' })],
    pods: () => [
      pod({ side: 'x@3' }, { uid: 'old' }),
      { ...failing, containers: failing.containers.map((one) => ({ ...one, ready: false })) },
    ],
  });
  const { pods } = rolloutView(view, workload({ kind: 'StatefulSet' }), rollout({ transitions, generation: 1 }));
  expect(pods[0]?.containers).toEqual([expect.objectContaining({ name: 'side', moved: true })]);
});

it.each<[string, readonly string[], Parameters<typeof moved>]>([
  [
    'has another image than before',
    ['side'],
    [
      { app: 'x@2', side: 'x@4' },
      { app: 'x@1', side: 'x@3' },
    ],
  ],
  [
    'has the image of before',
    [],
    [
      { app: 'x@2', side: 'x@3' },
      { app: 'x@1', side: 'x@3' },
    ],
  ],
  ['has the image of one of the pods before', [], [{ side: 'x@3' }, { side: 'x@3' }, { side: 'x@4' }]],
  ['has no image yet', [], [{ side: '' }, { side: 'x@3' }]],
  ['has no older pod beside it', [], [{ side: 'x@4' }]],
  ['was not in the pods before', [], [{ side: 'x@4' }, { app: 'x@1' }]],
])('rolloutView says whether a container moved that %s', (_, names, pods) => {
  expect(moved(...pods)).toEqual(names);
});

const seen = { observedGeneration: 2, replicas: 1, updated: 1, available: 1, conditions: [] };
const revision = { namespace: 'ns', uid: 'rs', revision: 1, conditions: [] };

it.each<[string, number, Partial<Workload>]>([
  ['before its controller has seen that it was resumed', 0, { generation: 3 }],
  ['while it is paused and has no new ReplicaSet', 0, { paused: true, status: { ...seen, updated: 0 } }],
  [
    'while the pods before go first, as its strategy says',
    0,
    { strategy: 'Recreate', status: { ...seen, updated: 0 } },
  ],
  ['while it is paused in the middle of the rollout', 1, { paused: true }],
  ['once its controller has seen it as it is', 1, {}],
])('a Deployment is judged %s by so many pods: %i (law 6)', (_, count, over) => {
  const view = viewOf({
    newestReplicaSet: () => revision,
    podsOfNewestRevision: () => [pod({ app: '' })],
  });
  const subject = workload({
    generation: 2,
    annotations: { 'deployment.kubernetes.io/revision': '1' },
    status: seen,
    ...over,
  });
  expect(podsOfTheChange(view, subject, rollout())).toHaveLength(count);
});

it.each<[string, true | undefined, Partial<Workload>]>([
  ['whose controller has seen it as it is', undefined, {}],
  ['whose controller has not seen yet that it was scaled', true, { generation: 3 }],
  ['whose new ReplicaSet is not seen yet', true, { annotations: { 'deployment.kubernetes.io/revision': '2' } }],
  ['that has no new ReplicaSet yet', undefined, { paused: true, status: { ...seen, updated: 0 } }],
])('rolloutView says of a Deployment %s whether its pods are known: %s', (_, isBehind, over) => {
  const view = viewOf({
    newestReplicaSet: () => revision,
  });
  const annotations = { 'deployment.kubernetes.io/revision': '1' };
  const subject = workload({ generation: 2, annotations, status: seen, minReadySeconds: 30, ...over });
  const read = rolloutView(view, subject, rollout());
  expect(read.isBehind).toBe(isBehind);
  expect(read.minReadyMs).toBe(30_000);
});

it('a container called constructor is judged like any other', () => {
  const images = { app: 'x@1', constructor: 'y@1' };
  expect(moved(images, images)).toEqual([]);
  expect(moved(images)).toEqual([]);
  expect(moved(images, { ...images, constructor: 'y@2' })).toEqual(['constructor']);
});
