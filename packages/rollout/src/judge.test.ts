import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';
import type { ContainerView, PodView, RolloutView, VerdictInput } from './types.ts';

const container = (over: Partial<ContainerView> = {}): ContainerView => ({
  name: 'app',
  init: false,
  ready: true,
  restarts: 0,
  ...over,
});
const pod = (...containers: ContainerView[]): PodView => ({
  name: 'myapp-1',
  containers,
});
const crashing = container({
  ready: false,
  restarts: 2,
  waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' },
  lastTerminated: { reason: 'Error', exitCode: 1 },
});
const view = (
  over: Partial<Omit<RolloutView, 'status'>> & { status?: Partial<RolloutView['status']> } = {},
): RolloutView => ({
  kind: 'Deployment',
  paused: false,
  desired: 2,
  pods: [pod(container()), pod(container())],
  ...over,
  status: { observedGeneration: 5, replicas: 2, updated: 2, available: 2, conditions: [], ...over.status },
});
const input = (v: RolloutView, over: Partial<VerdictInput> = {}): VerdictInput => ({
  view: v,
  generation: 5,
  writtenAt: 0,
  now: 1_000,
  deadlineMs: 600_000,
  soakMs: 0,
  ...over,
});

describe('judge', () => {
  it.each<[string, VerdictInput, string, string]>([
    ['complete', input(view()), 'succeeded', 'available'],
    ['old pods still there', input(view({ status: { replicas: 3 } })), 'waiting', 'progressing'],
    ['not all new', input(view({ status: { updated: 1 } })), 'waiting', 'progressing'],
    ['new ones not available', input(view({ status: { available: 1 } })), 'waiting', 'progressing'],
    ['status older than the change', input(view({ status: { observedGeneration: 4 } })), 'waiting', 'not-observed'],
    [
      'status older than a scaling of it, long after the deadline',
      input(view({ pods: [], isBehind: true, status: { updated: 1 } }), { now: 900_000 }),
      'waiting',
      'not-observed',
    ],
    ['crash loop', input(view({ pods: [pod(crashing)], status: { available: 1 } })), 'failed', 'crash-loop'],
    [
      'crash loop of a sidecar',
      input(view({ pods: [pod(container(), { ...crashing, name: 'side' })], status: { available: 1 } })),
      'failed',
      'crash-loop',
    ],
    [
      'crash loop of an init container',
      input(view({ pods: [pod({ ...crashing, init: true })], status: { available: 1 } })),
      'failed',
      'crash-loop',
    ],
    [
      'crash seen before the change was',
      input(view({ pods: [pod(crashing)], status: { observedGeneration: 4, available: 1 } })),
      'waiting',
      'not-observed',
    ],
    [
      'crash of an old pod while the new ones are fine is not in the view',
      input(view({ status: { replicas: 3, available: 3 } })),
      'waiting',
      'progressing',
    ],
    ['deadline', input(view({ status: { available: 1 } }), { now: 600_000 }), 'failed', 'deadline-exceeded'],
    [
      'deadline, never observed',
      input(view({ status: { observedGeneration: 4 } }), { now: 600_000 }),
      'failed',
      'deadline-exceeded',
    ],
    ['complete wins over the deadline', input(view(), { now: 700_000 }), 'succeeded', 'available'],
    [
      'progress deadline of the Deployment',
      input(
        view({
          pods: [pod(container()), pod(container({ ready: false, running: true }))],
          status: {
            available: 1,
            conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
          },
        }),
      ),
      'failed',
      'progress-deadline-exceeded',
    ],
    ['paused', input(view({ paused: true, status: { updated: 0 } }), { now: 900_000 }), 'waiting', 'paused'],
    [
      'scaled to zero',
      input(view({ desired: 0, pods: [], status: { replicas: 0, updated: 0, available: 0 } })),
      'unproven',
      'scaled-to-zero',
    ],
    ['CronJob', input(view({ kind: 'CronJob', pods: [] })), 'unproven', 'next-run'],
  ])('judge knows the verdict on: %s', (_, given, type, code) => {
    expect(judge(given)).toMatchObject({ type, code });
  });

  it('judge gives the pod, its exit code and restarts as evidence of a crash', () => {
    const verdict = judge(input(view({ pods: [pod(container()), pod(crashing)], status: { available: 1 } })));

    expect(verdict).toMatchObject({
      evidence: { pod: 'myapp-1', container: 'app', reason: 'CrashLoopBackOff', exitCode: 1, restarts: 2 },
    });
  });

  it('judge gives the failed image pull as evidence when the deadline passes', () => {
    const waiting = container({ ready: false, waiting: { reason: 'ImagePullBackOff', message: 'not found' } });
    const verdict = judge(input(view({ pods: [pod(waiting)], status: { available: 1 } }), { now: 600_000 }));

    expect(verdict).toMatchObject({ type: 'failed', evidence: { reason: 'ImagePullBackOff', message: 'not found' } });
  });

  it('judge waits until the controller has observed the change, unless the deadline passed (law 6)', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), fc.nat(5), fc.boolean(), (replicas, updated, available, crash) => {
        const v = view({
          pods: [pod(crash ? crashing : container())],
          status: { observedGeneration: 4, replicas, updated, available },
        });
        expect(judge(input(v)).type).toBe('waiting');
      }),
    );
  });
});
