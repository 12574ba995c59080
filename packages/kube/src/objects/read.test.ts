import { describe, expect, it } from 'vitest';
import { cronJob, daemonSet, deployment, digest, statefulSet } from '../../test/support/objects.ts';
import { readJob } from './job.ts';
import { reflected } from './metadata.ts';
import { readPod } from './pod.ts';
import { readReplicaSet } from './replica-set.ts';
import { readWorkload } from './workload.ts';

const identity = { namespace: 'shop', uid: 'uid-web', resourceVersion: '7', generation: 3 };

function live<T extends { readonly metadata: object }>(object: T, status: unknown = {}) {
  return { ...object, metadata: { ...object.metadata, ...identity, managedFields: [{ manager: 'x' }] }, status };
}

describe('a workload', () => {
  it.each([
    ['Deployment', deployment('web', { init: 'setup:1' })],
    ['StatefulSet', statefulSet('web', { init: 'setup:1' })],
    ['DaemonSet', daemonSet('web', { init: 'setup:1' })],
    ['CronJob', cronJob('web', { init: 'setup:1' })],
  ] as const)('that is a %s is read into the one shape', (kind, object) => {
    expect(readWorkload(kind, live(object))).toMatchObject({
      namespace: 'shop',
      kind,
      name: 'web',
      uid: 'uid-web',
      resourceVersion: '7',
      generation: 3,
      containers: [
        { name: 'app', image: 'apps.test/team/web:latest', init: false, index: 0 },
        { name: 'setup', image: 'setup:1', init: true, index: 0 },
      ],
    });
  });

  it('trims a workload to what Keelson reads', () => {
    const annotations = {
      'keel.sh/policy': 'force',
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      huge: 'x'.repeat(5000),
    };

    const workload = readWorkload('Deployment', live(deployment('web', { annotations })));

    expect(workload?.annotations).toEqual({ 'keel.sh/policy': 'force' });
    expect(JSON.stringify(workload)).not.toContain('managedFields');
  });

  it.each([
    ['keelson.sh/state', 16_384, true],
    ['keelson.sh/state', 16_385, false],
    ['keelson.sh/other', 4096, true],
    ['keelson.sh/other', 4097, false],
  ])('keeps the annotation %s of %i characters: %s', (key, length, kept) => {
    const annotations = { [key]: 'x'.repeat(length) };

    const read = readWorkload('Deployment', live(deployment('web', { annotations })));

    expect(key in (read?.annotations ?? {})).toBe(kept);
  });

  it.each([
    ['Deployment', deployment('web', { spec: { strategy: { type: 'Recreate' } } }), { strategy: 'Recreate' }],
    ['Deployment', deployment('web', { spec: { strategy: { type: 'RollingUpdate' } } }), { strategy: 'RollingUpdate' }],
    ['DaemonSet', daemonSet('web', { spec: { updateStrategy: { type: 'OnDelete' } } }), { strategy: 'OnDelete' }],
    [
      'StatefulSet',
      statefulSet('web', { spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } } }),
      { strategy: 'RollingUpdate', partition: 2 },
    ],
    ['StatefulSet', statefulSet('web', { spec: { updateStrategy: { type: 'Unheard-of' } } }), {}],
    ['StatefulSet', statefulSet('web', { spec: { minReadySeconds: 30 } }), { minReadySeconds: 30 }],
    ['CronJob', cronJob('web'), {}],
  ] as const)('reads how a %s replaces pods, and when they are available', (kind, object, expected) => {
    const { strategy, partition, minReadySeconds } = readWorkload(kind, live(object)) ?? {};

    expect({ strategy, partition, minReadySeconds }).toEqual(expected);
  });

  it('distinguishes init containers of a workload from sidecars', () => {
    const object = deployment('web', { init: 'setup:1', proxy: 'proxy:1' });
    // Containers have a restart policy of their own too, which says nothing here (KEP-5307).
    for (const container of object.spec.template.spec.containers) Object.assign(container, { restartPolicy: 'Always' });

    expect(readWorkload('Deployment', live(object))?.containers).toEqual([
      { name: 'app', image: 'apps.test/team/web:latest', init: false, index: 0 },
      { name: 'proxy', image: 'proxy:1', init: true, index: 0, sidecar: true },
      { name: 'setup', image: 'setup:1', init: true, index: 1 },
    ]);
  });

  it.each([
    ['Deployment', { replicas: 3, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1, observedGeneration: 3 }],
    [
      'DaemonSet',
      {
        desiredNumberScheduled: 3,
        currentNumberScheduled: 3,
        updatedNumberScheduled: 2,
        numberReady: 1,
        numberAvailable: 1,
        observedGeneration: 3,
      },
    ],
  ] as const)('reads the status of a %s into the same fields', (kind, status) => {
    const object = kind === 'DaemonSet' ? daemonSet('web') : deployment('web', { replicas: 3 });

    expect(readWorkload(kind, live(object, status))).toMatchObject({
      replicas: 3,
      status: { observedGeneration: 3, replicas: 3, updated: 2, available: 1, conditions: [] },
    });
  });

  it.each([
    ['spec.paused', deployment('web', { spec: { paused: true } }), 'Deployment', true],
    ['spec.suspend', { ...cronJob('web'), spec: { suspend: true } }, 'CronJob', true],
    ['neither', deployment('web'), 'Deployment', false],
  ] as const)('is paused by %s', (_what, object, kind, paused) => {
    expect(readWorkload(kind, live(object))?.paused).toBe(paused);
  });

  it.each([[undefined], [null], ['text'], [[]], [{}], [{ metadata: { name: 'web' } }]])(
    'is not read from %j',
    (object) => {
      expect(readWorkload('Deployment', object)).toBeUndefined();
      expect(reflected(readPod)(object)).toBeUndefined();
      expect(readReplicaSet(object)).toBeUndefined();
      expect(readJob(object)).toBeUndefined();
    },
  );

  it('reads a workload of odd shapes without throwing', () => {
    const odd = {
      metadata: { name: 'web', uid: 'u', labels: [1], annotations: 'x' },
      spec: { template: { spec: { containers: [null, 7] } } },
      status: 'no',
    };

    expect(readWorkload('Deployment', odd)).toMatchObject({
      labels: {},
      annotations: {},
      containers: [
        { name: '', image: '' },
        { name: '', image: '' },
      ],
    });
  });
});

describe('a pod', () => {
  it('reads the state of each container of a pod, and how it ended', () => {
    const pod = readPod({
      metadata: {
        ...identity,
        name: 'web-1',
        deletionTimestamp: '2026-01-01T00:00:00Z',
        ownerReferences: [
          { uid: 'not-me', controller: false },
          { uid: 'replica-set', controller: true },
        ],
      },
      spec: {
        containers: [{ name: 'app', image: `web:latest@${digest('a')}` }],
        initContainers: [
          { name: 'setup', image: 'setup:1' },
          { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' },
        ],
      },
      status: {
        phase: 'Running',
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: 'ContainersNotReady',
            message: '',
            lastTransitionTime: '2026-11-23T00:00:07Z',
          },
        ],
        containerStatuses: [
          {
            name: 'app',
            image: 'web:latest',
            imageID: 'docker.io/web@sha256:aa',
            restartCount: 4,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-11-23T00:00:06Z' } },
          },
        ],
        initContainerStatuses: [
          { name: 'setup', image: 'setup:1', ready: true, state: { terminated: { exitCode: 0 } } },
          { name: 'proxy', image: 'proxy:1', state: { running: { startedAt: '2026-11-23T00:00:01Z' } } },
        ],
      },
    });

    expect(pod).toMatchObject({
      ownerUid: 'replica-set',
      deleting: true,
      ready: false,
      readyChangedAt: '2026-11-23T00:00:07Z',
    });
    expect(pod?.conditions).toEqual([{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }]);
    expect(pod?.containers).toEqual([
      {
        name: 'app',
        init: false,
        specImage: `web:latest@${digest('a')}`,
        imageID: 'docker.io/web@sha256:aa',
        ready: false,
        restarts: 4,
        running: false,
        waiting: { reason: 'CrashLoopBackOff', message: 'back-off' },
        lastTerminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-11-23T00:00:06Z' },
      },
      {
        name: 'setup',
        init: true,
        specImage: 'setup:1',
        imageID: '',
        ready: true,
        restarts: 0,
        running: false,
        terminated: { exitCode: 0 },
      },
      {
        name: 'proxy',
        init: true,
        sidecar: true,
        specImage: 'proxy:1',
        imageID: '',
        ready: false,
        restarts: 0,
        running: true,
      },
    ]);
  });

  it('reads a pod as not ready, without a time, before the kubelet reports', () => {
    const pod = readPod({ metadata: { ...identity, name: 'web-1' }, status: { phase: 'Pending' } });

    expect(pod?.ready).toBe(false);
    expect(pod).not.toHaveProperty('readyChangedAt');
  });
});

describe('a ReplicaSet', () => {
  it('reads from the conditions of a ReplicaSet why it creates no pods', () => {
    const condition = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' };

    const read = readReplicaSet({ metadata: { ...identity, name: 'web-1' }, status: { conditions: [condition] } });

    expect(read?.conditions).toEqual([condition]);
  });
});

describe('a Job', () => {
  it('reads the owner, the template and the end of a Job', () => {
    const { spec } = cronJob('nightly', { templateAnnotations: { note: 'one' } }).spec.jobTemplate;
    const read = readJob({
      metadata: {
        ...identity,
        name: 'nightly-1',
        creationTimestamp: '2026-11-23T00:00:00Z',
        ownerReferences: [{ uid: 'cron-job', controller: true }],
      },
      spec,
      status: {
        startTime: '2026-11-23T00:00:01Z',
        failed: 2,
        conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'too often' }],
      },
    });

    expect(read).toEqual({
      namespace: 'shop',
      name: 'nightly-1',
      uid: 'uid-web',
      ownerUid: 'cron-job',
      createdAt: '2026-11-23T00:00:00Z',
      startedAt: '2026-11-23T00:00:01Z',
      templateAnnotations: { note: 'one' },
      containers: [{ name: 'app', image: 'apps.test/team/web:latest', init: false, index: 0 }],
      conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'too often' }],
    });
  });
});

it.each([
  [{ reason: 'Evicted', message: 'The node was low on resource: memory.' }, 'The node was low on resource: memory.'],
  [{ message: 'containers with unready status' }, undefined],
])('reads why a pod was ended: %j', (status, message) => {
  const pod = readPod({ metadata: { name: 'web-1', uid: 'uid-web-1' }, status: { phase: 'Failed', ...status } });

  expect(pod?.message).toBe(message);
});
