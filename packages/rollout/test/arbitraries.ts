import fc from 'fast-check';
import type { Condition, ContainerView, PodView, RolloutView, VerdictInput } from '../src/index.ts';
import { at, condition } from './cases/build.ts';

const seconds = fc.integer({ min: -60, max: 900 }).map(at);

const reasons = fc.constantFrom(
  ...['CrashLoopBackOff', 'ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'Whatever'],
  ...['CreateContainerConfigError', 'RunContainerError', 'PodInitializing', 'ContainerCreating', 'RegistryUnavailable'],
);
const messages = fc.constantFrom('not found', '429 Too Many Requests', '401 Unauthorized', 'i/o timeout', 'x', '');
const termination = fc.record(
  {
    reason: fc.constantFrom('Error', 'OOMKilled', 'Completed', 'Unknown', 'StartError'),
    exitCode: fc.constantFrom(0, 1, 137, 255),
    finishedAt: seconds,
  },
  { requiredKeys: ['exitCode'] },
);

const container: fc.Arbitrary<ContainerView> = fc.record(
  {
    name: fc.constantFrom('app', 'log', 'migrate'),
    init: fc.boolean(),
    sidecar: fc.boolean(),
    ready: fc.boolean(),
    restarts: fc.nat(4),
    waiting: fc.record({ reason: reasons, message: messages }, { requiredKeys: [] }),
    running: fc.boolean(),
    terminated: termination,
    lastTerminated: termination,
  },
  { requiredKeys: ['name', 'init', 'ready', 'restarts'] },
);

const podCondition: fc.Arbitrary<Condition> = fc.constantFrom(
  condition('PodScheduled', 'False', 'Unschedulable', 'no capacity'),
  condition('PodScheduled', 'True'),
  condition('DisruptionTarget', 'True', 'EvictionByEvictionAPI'),
);

const pod: fc.Arbitrary<PodView> = fc.record(
  {
    name: fc.string({ minLength: 1, maxLength: 6 }),
    phase: fc.constantFrom('Pending', 'Running', 'Failed', 'Succeeded'),
    reason: fc.constantFrom('Evicted', 'OutOfcpu', 'Whatever'),
    deleting: fc.boolean(),
    ready: fc.boolean(),
    readyChangedAt: seconds,
    createdAt: seconds,
    conditions: fc.array(podCondition, { maxLength: 2 }),
    containers: fc.array(container, { maxLength: 3 }),
  },
  { requiredKeys: ['name', 'containers'] },
);

/** With names of their own, as pods have. */
export const pods = fc.uniqueArray(pod, { maxLength: 5, selector: ({ name }) => name });

const workloadCondition: fc.Arbitrary<Condition> = fc.constantFrom(
  condition('Progressing', 'False', 'ProgressDeadlineExceeded'),
  condition('Available', 'False', 'MinimumReplicasUnavailable'),
  condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota: compute'),
);
const jobCondition: fc.Arbitrary<Condition> = fc.constantFrom(
  condition('Complete', 'True'),
  condition('Failed', 'True', 'BackoffLimitExceeded'),
);

const job = fc.record(
  {
    name: fc.string({ minLength: 1, maxLength: 6 }),
    conditions: fc.array(jobCondition, { maxLength: 1 }),
    startedAt: seconds,
    pods,
  },
  { requiredKeys: ['name', 'conditions', 'pods'] },
);

const view: fc.Arbitrary<RolloutView> = fc.record(
  {
    kind: fc.constantFrom('Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'),
    paused: fc.boolean(),
    strategy: fc.constantFrom('RollingUpdate', 'Recreate', 'OnDelete'),
    partition: fc.nat(3),
    desired: fc.nat(4),
    status: fc.record({
      observedGeneration: fc.integer({ min: 4, max: 6 }),
      replicas: fc.nat(5),
      updated: fc.nat(4),
      available: fc.nat(4),
      conditions: fc.array(workloadCondition, { maxLength: 2 }),
    }),
    pods,
    jobs: fc.array(job, { maxLength: 2 }),
    revisionConditions: fc.array(workloadCondition, { maxLength: 1 }),
  },
  { requiredKeys: ['kind', 'paused', 'desired', 'status', 'pods'] },
);

/** Any input, sensible or not. */
export const input: fc.Arbitrary<VerdictInput> = fc.record(
  {
    view,
    generation: fc.constant(5),
    writtenAt: fc.constant(at(0)),
    now: seconds,
    deadlineMs: fc.constantFrom(0, 20_000, 600_000),
    soakMs: fc.constantFrom(0, 120_000),
    soak: fc.record({ since: seconds, lastReady: seconds, newestPod: seconds }),
    blockedAt: seconds,
    unhealthyBefore: fc.constant('It crashed.'),
  },
  { requiredKeys: ['view', 'generation', 'writtenAt', 'now', 'deadlineMs', 'soakMs'] },
);
