import { describe, expect, it } from 'vitest';
import { cronJob, daemonSet, deployment, statefulSet } from '../../test/support/objects.ts';
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

  it('keeps what is needed and nothing that is big', () => {
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
  ] as const)('that is a %s has its status in the same words', (kind, status) => {
    const object = kind === 'DaemonSet' ? daemonSet('web') : deployment('web', { replicas: 3 });

    expect(readWorkload(kind, live(object, status))).toMatchObject({
      replicas: 3,
      status: { observedGeneration: 3, replicas: 3, updated: 2, ready: 1, available: 1, conditions: [] },
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
    },
  );

  it('is read from odd shapes without a throw', () => {
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
  it('has the states of all its containers, with what they ended of', () => {
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
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: '' }],
        containerStatuses: [
          {
            name: 'app',
            image: 'web:latest',
            imageID: 'docker.io/web@sha256:aa',
            restartCount: 4,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
            lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
          },
        ],
        initContainerStatuses: [
          { name: 'setup', image: 'setup:1', ready: true, state: { terminated: { exitCode: 0 } } },
        ],
      },
    });

    expect(pod).toMatchObject({ ownerUid: 'replica-set', deleting: true, ready: false });
    expect(pod?.conditions).toEqual([{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }]);
    expect(pod?.containers).toEqual([
      {
        name: 'app',
        init: false,
        image: 'web:latest',
        imageID: 'docker.io/web@sha256:aa',
        ready: false,
        restarts: 4,
        waiting: { reason: 'CrashLoopBackOff', message: 'back-off' },
        lastTerminated: { reason: 'OOMKilled', exitCode: 137 },
      },
      {
        name: 'setup',
        init: true,
        image: 'setup:1',
        imageID: '',
        ready: true,
        restarts: 0,
        terminated: { exitCode: 0 },
      },
    ]);
  });
});
