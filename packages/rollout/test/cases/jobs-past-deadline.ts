import type { Row } from './build.ts';
import { after, at, condition, container, cronJob, ended, init, job, pod, waits } from './build.ts';

const run = (containers: Parameters<typeof pod>[1], over: Parameters<typeof pod>[2] = {}) =>
  pod('nightly-1-x', containers, { createdAt: at(3_600), ready: false, ...over });
const overdue = condition('Failed', 'True', 'DeadlineExceeded');
const gone = (pods: readonly ReturnType<typeof run>[], over = {}): Row[1] =>
  after(3_700, cronJob([job('nightly-1', { conditions: [overdue], pods })]), over);
const failedInit = init({ ready: false, terminated: ended(1, 3_650) });

/** The Job failed at its deadline, whether a new image ran in its pods or not. */
export const jobsPastDeadline: readonly Row[] = [
  ['DeadlineExceeded, and its pods are gone, which nobody saw (law 14)', gone([]), 'unproven run-unseen'],
  ['DeadlineExceeded, after a new image ran', gone([run([container()])]), 'failed run-failed'],
  [
    'failed while the registry limited its pulls',
    gone([run([waits('ErrImagePull', '429 Too Many Requests')])]),
    'blocked registry-rate-limited',
  ],
  [
    'failed while no node had capacity',
    gone([run([waits('ContainerCreating')], { conditions: [condition('PodScheduled', 'False', 'Unschedulable')] })]),
    'blocked unschedulable',
  ],
  [
    'failed in an init container that the rollout does not change',
    { ...gone([run([failedInit, waits('PodInitializing')], { phase: 'Failed' })]), changed: ['app'] },
    'blocked not-started',
  ],
  [
    'failed in an init container that the rollout changes',
    gone([run([failedInit, waits('PodInitializing')], { phase: 'Failed' })]),
    'failed run-failed',
  ],
  [
    'failed since another container does not get its image',
    {
      ...gone([run([waits('PodInitializing'), waits('ImagePullBackOff', 'x: not found', { name: 'side' })])]),
      changed: ['app'],
    },
    'blocked other-container-failing',
  ],
  [
    'failed with a container that its deleted pod never started',
    gone([run([container({ ready: false, terminated: ended(137, 3_650, 'ContainerStatusUnknown') })])]),
    'blocked not-started',
  ],
  [
    'failed while its own image was not found',
    gone([run([waits('ImagePullBackOff', 'x: not found')])]),
    'failed run-failed',
  ],
  [
    'failed by an eviction',
    gone([
      run([container({ ready: false, terminated: ended(137, 3_650) })], {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'The node was low on resource: memory.',
      }),
    ]),
    'blocked pod-disrupted',
  ],
  [
    'failed by an eviction, after another pod of it ran',
    gone([
      run([], { phase: 'Failed', reason: 'Evicted' }),
      run([container({ ready: false, terminated: ended(1, 3_650) })], { phase: 'Failed' }),
    ]),
    'failed run-failed',
  ],
  [
    'failed after it was blocked until now, and its pods are gone',
    gone([], { blockedAt: at(3_700) }),
    'blocked not-started',
  ],
  [
    'failed at its deadline, a while after it was blocked, and nobody saw its pods',
    gone([], { blockedAt: at(3_650) }),
    'unproven run-unseen',
  ],
];
