import type { Row } from './build.ts';
import { after, at, condition, container, cronJob, ended, job, pod, waits } from './build.ts';

const done = condition('Complete', 'True', 'CompletionsReached');
const gaveUp = (reason: string) => condition('Failed', 'True', reason, 'Job has failed');
const run = (containers: Parameters<typeof pod>[1], over: Parameters<typeof pod>[2] = {}) =>
  pod('nightly-1-x', containers, { createdAt: at(3_600), ready: false, ...over });
const oneOf = (pods: Parameters<typeof cronJob>[0][number]['pods'], over = {}) =>
  cronJob([job('nightly-1', { pods })], over);
const running = oneOf([run([container()])]);
/** A Job that the next one replaced before it ended. */
const replaced = (pods: Parameters<typeof cronJob>[0][number]['pods']) => job('nightly-1', { removed: true, pods });
const crashed = (name: string, over: Parameters<typeof pod>[2] = {}, end = ended(1, 3_650)) =>
  pod(name, [container({ ready: false, terminated: end })], { phase: 'Failed', ...over });
const interrupted = 'unproven run-interrupted';

export const jobs: readonly Row[] = [
  ['no run yet', after(5, cronJob([])), 'unproven next-run'],
  ['no run for a week, and no deadline for that', after(604_800, cronJob([])), 'unproven next-run'],
  ['suspended', after(604_800, cronJob([], { paused: true })), 'unproven next-run'],
  ['runs', after(3_605, running), 'waiting progressing'],
  ['runs for longer than the deadline', after(9_000, running), 'unproven job-running'],
  [
    'runs for longer than the deadline, and a second one in time',
    after(
      9_000,
      cronJob([
        job('nightly-1', { pods: [run([container()])] }),
        job('nightly-2', { startedAt: at(8_990), pods: [run([container()])] }),
      ]),
    ),
    'waiting progressing',
  ],
  [
    'ended, long after the deadline',
    after(9_000, cronJob([job('nightly-1', { conditions: [done], pods: [run([container()])] })])),
    'succeeded run-succeeded',
  ],
  ['succeeded', after(3_700, cronJob([job('nightly-1', { conditions: [done] })])), 'succeeded run-succeeded'],
  [
    'succeeded by its success policy',
    after(
      3_700,
      cronJob([job('nightly-1', { conditions: [condition('SuccessCriteriaMet', 'True', 'SuccessPolicy')] })]),
    ),
    'succeeded run-succeeded',
  ],
  [
    'succeeded, no soak',
    after(3_700, cronJob([job('nightly-1', { conditions: [done] })]), { soakMs: 120_000 }),
    'succeeded run-succeeded',
  ],
  [
    'succeeded, and suspended since',
    after(3_700, cronJob([job('nightly-1', { conditions: [done] })], { paused: true })),
    'succeeded run-succeeded',
  ],
  ['one of several completions', after(3_700, cronJob([job('nightly-1')])), 'waiting progressing'],
  ...['BackoffLimitExceeded', 'PodFailurePolicy', 'FailedIndexes', 'MaxFailedIndexesExceeded'].map(
    (reason): Row => [
      reason,
      after(3_700, cronJob([job('nightly-1', { conditions: [gaveUp(reason)] })])),
      'failed run-failed',
    ],
  ),
  [
    'about to be failed',
    after(
      3_700,
      cronJob([job('nightly-1', { conditions: [condition('FailureTarget', 'True', 'BackoffLimitExceeded')] })]),
    ),
    'failed run-failed',
  ],
  [
    'failed, unhealthy before',
    after(3_700, cronJob([job('nightly-1', { conditions: [gaveUp('BackoffLimitExceeded')] })]), {
      unhealthyBefore: 'The last run failed.',
    }),
    'failed! unhealthy-before',
  ],
  [
    'failed, and suspended since',
    after(3_700, cronJob([job('nightly-1', { conditions: [gaveUp('BackoffLimitExceeded')] })], { paused: true })),
    'failed run-failed',
  ],
  ['runs, and suspended', after(3_605, oneOf([run([container()])], { paused: true })), 'waiting progressing'],
  [
    'the first run that ended failed',
    after(
      9_000,
      cronJob([
        job('nightly-1', { conditions: [gaveUp('BackoffLimitExceeded')] }),
        job('nightly-2', { conditions: [done] }),
      ]),
    ),
    'failed run-failed',
  ],
  [
    'the first run that ended succeeded',
    after(
      9_000,
      cronJob([
        job('nightly-1', { conditions: [done] }),
        job('nightly-2', { conditions: [gaveUp('BackoffLimitExceeded')] }),
      ]),
    ),
    'succeeded run-succeeded',
  ],
  [
    'the second ended before the first',
    after(9_000, cronJob([job('nightly-1', { pods: [run([container()])] }), job('nightly-2', { conditions: [done] })])),
    'succeeded run-succeeded',
  ],
  [
    'exited and is not restarted (Never): its backoffLimit decides',
    after(3_700, oneOf([run([container({ ready: false, terminated: ended(1, 3_650) })], { phase: 'Failed' })])),
    'waiting progressing',
  ],
  [
    'killed for memory and not restarted (Never)',
    after(
      3_700,
      oneOf([run([container({ ready: false, terminated: ended(137, 3_650, 'OOMKilled') })], { phase: 'Failed' })]),
    ),
    'waiting progressing',
  ],
  [
    'crash loop (OnFailure)',
    after(
      3_700,
      oneOf([run([waits('CrashLoopBackOff', 'back-off', { restarts: 2, lastTerminated: ended(1, 3_650) })])]),
    ),
    'failed crash-loop',
  ],
  [
    'image not found',
    after(3_700, oneOf([run([waits('ImagePullBackOff', 'x: not found')])])),
    'failed image-not-found',
  ],
  ['image name not valid', after(3_605, oneOf([run([waits('InvalidImageName')])])), 'failed invalid-image-name'],
  [
    'a Secret is missing, hours after the write',
    after(3_630, oneOf([run([waits('CreateContainerConfigError', 'secret "db" not found')])])),
    'waiting progressing',
  ],
  [
    'a Secret is missing for a minute',
    after(3_661, oneOf([run([waits('CreateContainerConfigError', 'secret "db" not found')])])),
    'failed container-config',
  ],
  [
    'registry limits',
    after(3_605, oneOf([run([waits('ErrImagePull', '429 Too Many Requests')])])),
    'blocked registry-rate-limited',
  ],
  [
    'no node has capacity, past the deadline',
    after(9_000, oneOf([run([], { conditions: [condition('PodScheduled', 'False', 'Unschedulable')] })])),
    'blocked unschedulable',
  ],
  ['never started, in time', after(4_100, oneOf([run([waits('ContainerCreating')])])), 'waiting progressing'],
  ['never started, past the deadline', after(4_200, oneOf([run([waits('ContainerCreating')])])), 'blocked not-started'],
  ['no pod, past the deadline', after(4_200, oneOf([])), 'blocked no-pods'],
  [
    'not started by its queue',
    after(99_999, cronJob([{ name: 'nightly-1', conditions: [condition('Suspended', 'True')], pods: [] }])),
    'unproven job-not-started',
  ],
  [
    'no pod, past the deadline, and a second one with a pod',
    after(4_200, cronJob([job('nightly-1'), job('nightly-2', { startedAt: at(4_190), pods: [run([container()])] })])),
    'waiting progressing',
  ],
  [
    'failed and removed before it had a pod, and the next one runs',
    after(
      3_700,
      cronJob([
        job('nightly-1', { removed: true, conditions: [gaveUp('DeadlineExceeded')] }),
        job('nightly-2', { pods: [run([container()])] }),
      ]),
      { blockedAt: at(3_700) },
    ),
    'waiting progressing',
  ],
  ['replaced while it ran, before the next one', after(3_700, cronJob([replaced([run([container()])])])), interrupted],
  [
    'replaced while it ran, and the next one runs',
    after(3_700, cronJob([replaced([run([container()])]), job('nightly-2', { pods: [run([container()])] })])),
    interrupted,
  ],
  ['replaced without a pod', after(99_999, cronJob([replaced([])])), interrupted],
  [
    'replaced, and the next one succeeded',
    after(3_700, cronJob([replaced([run([container()])]), job('nightly-2', { conditions: [done] })])),
    'succeeded run-succeeded',
  ],
  ['replaced after one crash (Never)', after(3_700, cronJob([replaced([crashed('a')])])), interrupted],
  [
    'replaced after two crashes (Never), and the next one runs',
    after(3_700, cronJob([replaced([crashed('a'), crashed('b')]), job('nightly-2', { pods: [run([container()])] })])),
    'failed run-failed',
  ],
  [
    'replaced after two crashes (OnFailure)',
    after(3_700, cronJob([replaced([run([container({ restarts: 2, lastTerminated: ended(1, 3_650) })])])])),
    'failed run-failed',
  ],
  [
    'replaced after two crashes of a container that the rollout does not change',
    after(3_700, cronJob([replaced([crashed('a'), crashed('b')])]), { changed: ['other'] }),
    interrupted,
  ],
  [
    'replaced after its node ended two pods',
    after(3_700, cronJob([replaced([crashed('a', { reason: 'Shutdown' }), crashed('b', { deleting: true })])])),
    interrupted,
  ],
  [
    'replaced after its node lost the containers of two pods',
    after(3_700, cronJob([replaced(['a', 'b'].map((name) => crashed(name, {}, ended(255, 3_650, 'Unknown'))))])),
    interrupted,
  ],
];
