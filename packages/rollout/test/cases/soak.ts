import type { Row } from './build.ts';
import {
  after,
  at,
  soak as baseline,
  complete,
  condition,
  container,
  ended,
  pod,
  soaks,
  up,
  view,
  waits,
} from './build.ts';

const unavailable = {
  conditions: [
    condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'),
  ],
};
const drained = condition('DisruptionTarget', 'True', 'EvictionByEvictionAPI');
const restarted = (exit: number, second: number, reason?: string) =>
  container({ restarts: 1, lastTerminated: ended(exit, second, reason) });
const lostReady = pod('web-b', [container({ ready: false })], { readyChangedAt: at(40) });
const starting = pod('web-c', [container({ ready: false })], { createdAt: at(50), readyChangedAt: at(51) });
const two = (b: ReturnType<typeof pod>, available = 2, status = {}) => view(available, [up('web-a'), b], { status });
const threeOf = (available: number, c = starting) =>
  view(available, [up('web-a'), up('web-b'), c], { desired: 3, status: { replicas: 3, updated: 3, ...unavailable } });

/** Created and ready in the middle of the soak. */
const young = (name: string) => up(name, { createdAt: at(80), readyChangedAt: at(81) });

export const soak: readonly Row[] = [
  ['begins', after(12, complete(), { soakMs: 120_000 }), 'soaking soaking'],
  ['no soak before the watch has all pods', after(12, two(lostReady), { soakMs: 120_000 }), 'waiting progressing'],
  ['does not begin without the pods', after(12, complete({ pods: [] }), { soakMs: 120_000 }), 'waiting progressing'],
  [
    'no soak in the second in which a pod was created: others of that second have the same time',
    after(1.9, complete(), { soakMs: 120_000 }),
    'waiting progressing',
  ],
  ['begins in the second after', after(2, complete(), { soakMs: 120_000 }), 'soaking soaking'],
  ['ends in that second where there is none', after(1.9, complete(), { soakMs: 0 }), 'succeeded available'],
  ['begins at the deadline, even so', after(601, complete({ pods: [] }), { soakMs: 120_000 }), 'soaking soaking'],
  [
    'begins with a crash that was part of the start',
    after(12, two(pod('web-b', [restarted(1, 5)])), { soakMs: 120_000 }),
    'soaking soaking',
  ],
  ['goes on', soaks(131, complete()), 'soaking soaking'],
  ['ends', soaks(132, complete()), 'succeeded soaked'],
  ['ends, unhealthy before', soaks(132, complete(), { unhealthyBefore: 'It crashed.' }), 'succeeded soaked'],
  ['ends long after the deadline', soaks(9_000, complete()), 'succeeded soaked'],
  [
    'ends, and every pod was replaced in it, so that none was watched for its time (law 14)',
    soaks(132, view(2, [young('web-c'), young('web-d')])),
    'soaking soaking',
  ],
  [
    'ends, and one of two pods was replaced in it',
    soaks(132, view(2, [up('web-a'), young('web-d')])),
    'succeeded soaked',
  ],
  ['was turned off since', soaks(13, complete(), { soakMs: 0 }), 'succeeded soaked'],
  ['restart before it', soaks(60, two(pod('web-b', [restarted(1, 9)]))), 'soaking soaking'],
  [
    'restart in the second in which the last pod became ready',
    soaks(60, two(pod('web-b', [restarted(1, 10)]))),
    'soaking soaking',
  ],
  [
    'restart a second later, and ready again',
    soaks(60, two(pod('web-b', [restarted(1, 11)], { readyChangedAt: at(12) }))),
    'failed restarted',
  ],
  [
    'restart of a container whose own tag moved to another image',
    soaks(60, two(pod('web-b', [container(), { ...restarted(1, 40), name: 'side', moved: true }]))),
    'soaking soaking',
  ],
  [
    'readiness lost of a container whose own tag moved to another image',
    soaks(60, two(pod('web-b', [container(), container({ name: 'side', ready: false, moved: true })]))),
    'soaking soaking',
  ],
  [
    'ends, and a pod was unready in it for a while that nobody saw, so that it was not watched for its time (law 14)',
    soaks(132, two(up('web-b', { readyChangedAt: at(60) }))),
    'soaking soaking',
  ],
  [
    'ends for the second time after that',
    soaks(260, two(up('web-b', { readyChangedAt: at(60) })), {
      soak: { ...baseline, since: at(132), lastReady: at(60) },
    }),
    'succeeded soaked',
  ],
  ['restart with exit code 0', soaks(60, two(pod('web-b', [restarted(0, 40)]))), 'failed restarted'],
  [
    'restart of a sidecar',
    soaks(
      60,
      two(
        pod('web-b', [
          container({ name: 'proxy', init: true, sidecar: true, restarts: 1, lastTerminated: ended(1, 40) }),
          container(),
        ]),
      ),
    ),
    'failed restarted',
  ],
  [
    'killed for memory, and ready again',
    soaks(60, two(pod('web-b', [restarted(137, 40, 'OOMKilled')]))),
    'failed restarted',
  ],
  [
    'ended, not started again yet',
    soaks(60, two(pod('web-b', [container({ ready: false, terminated: ended(1, 40) })]))),
    'failed restarted',
  ],
  ['restarted with its node', soaks(60, two(pod('web-b', [restarted(255, 40, 'Unknown')]))), 'soaking soaking'],
  ['seen only when it should end', soaks(500, two(pod('web-b', [restarted(1, 40)]))), 'failed restarted'],
  [
    'crash loop',
    soaks(
      60,
      two(pod('web-b', [waits('CrashLoopBackOff', 'back-off 10s', { restarts: 2, lastTerminated: ended(1, 40) })]), 1),
    ),
    'failed crash-loop',
  ],
  [
    'crash loop, unhealthy before',
    soaks(60, two(pod('web-b', [waits('CrashLoopBackOff')]), 1), { unhealthyBefore: 'It crashed.' }),
    'failed! unhealthy-before',
  ],
  ['readiness lost', soaks(60, two(lostReady, 1)), 'failed readiness-lost'],
  ['readiness lost, the controller lags behind', soaks(60, two(lostReady)), 'failed readiness-lost'],
  ['readiness lost, paused', soaks(60, { ...two(lostReady, 1), paused: true }), 'waiting paused'],
  [
    'readiness lost with the node: its containers are ready',
    soaks(60, two(pod('web-b', [container()], { ready: false }), 1, unavailable)),
    'soaking soaking',
  ],
  [
    'availability lost with all pods ready again',
    soaks(60, two(up('web-b'), 1, unavailable)),
    'failed availability-lost',
  ],
  ['scaled up, the third still starts', soaks(60, threeOf(2)), 'soaking soaking'],
  ['scaled up, the third still starts at the end', soaks(132, threeOf(2)), 'succeeded soaked'],
  [
    'scaled up, the third crashed once',
    soaks(
      60,
      threeOf(
        2,
        pod('web-c', [container({ ready: false, restarts: 1, lastTerminated: ended(1, 55) })], { createdAt: at(50) }),
      ),
    ),
    'soaking soaking',
  ],
  [
    'scaled up, the third crash-loops',
    soaks(60, threeOf(2, pod('web-c', [waits('CrashLoopBackOff')], { createdAt: at(50) }))),
    'failed crash-loop',
  ],
  [
    'scaled up, no capacity for the third',
    soaks(
      60,
      threeOf(
        2,
        pod('web-c', [], {
          createdAt: at(50),
          ready: false,
          conditions: [condition('PodScheduled', 'False', 'Unschedulable')],
        }),
      ),
    ),
    'soaking soaking',
  ],
  [
    'scaled down',
    soaks(60, view(1, [up('web-a')], { desired: 1, status: { replicas: 1, updated: 1 } })),
    'soaking soaking',
  ],
  [
    'scaled down, one still ends',
    soaks(
      60,
      view(
        1,
        [up('web-a'), pod('web-b', [container({ ready: false, terminated: ended(143, 59) })], { deleting: true })],
        { desired: 1, status: { replicas: 1, updated: 1 } },
      ),
    ),
    'soaking soaking',
  ],
  [
    'scaled to zero',
    soaks(60, view(0, [], { desired: 0, status: { replicas: 0, updated: 0 } })),
    'unproven scaled-to-zero',
  ],
  [
    'drained, its replacement still starts',
    soaks(
      60,
      view(
        1,
        [up('web-a'), pod('web-b', [container({ ready: false })], { deleting: true, conditions: [drained] }), starting],
        { status: unavailable },
      ),
    ),
    'soaking soaking',
  ],
  [
    'evicted',
    soaks(
      60,
      view(
        1,
        [
          up('web-a'),
          pod('web-b', [container({ ready: false, terminated: ended(137, 50) })], {
            phase: 'Failed',
            reason: 'Evicted',
          }),
        ],
        { status: unavailable },
      ),
    ),
    'soaking soaking',
  ],
  [
    'a person deleted the only pod',
    soaks(60, view(0, [], { desired: 1, status: { replicas: 1, updated: 0, ...unavailable } })),
    'soaking soaking',
  ],
  [
    'over, and no pod is ready yet',
    soaks(200, view(0, [starting], { desired: 1, status: { replicas: 1, updated: 1, ...unavailable } })),
    'soaking soaking',
  ],
  [
    'over, and no pod became ready in time',
    soaks(800, view(0, [starting], { desired: 1, status: { replicas: 1, updated: 1, ...unavailable } })),
    'failed deadline-exceeded',
  ],
  [
    'over, and the controller counts pods that no pod of the watch shows ready yet (law 14)',
    soaks(200, view(1, [starting], { desired: 1, status: { replicas: 1, updated: 1 } })),
    'soaking soaking',
  ],
  [
    'over long ago, and the watch of pods is behind the controller (law 14)',
    soaks(9_000, complete({ pods: [] })),
    'soaking soaking',
  ],
  [
    'over, and no node has capacity',
    soaks(
      800,
      view(
        0,
        [
          pod('web-c', [], {
            createdAt: at(50),
            ready: false,
            conditions: [condition('PodScheduled', 'False', 'Unschedulable')],
          }),
        ],
        { desired: 1 },
      ),
    ),
    'blocked unschedulable',
  ],
  [
    'StatefulSet with a partition',
    after(12, view(2, [up('web-1')], { kind: 'StatefulSet', partition: 1, status: { updated: 1 } }), {
      soakMs: 120_000,
    }),
    'soaking soaking',
  ],
  ['DaemonSet, readiness lost', soaks(60, { ...two(lostReady, 1), kind: 'DaemonSet' }), 'failed readiness-lost'],
  [
    'OnDelete, scaled up before the third was counted',
    soaks(60, { ...threeOf(2), kind: 'StatefulSet', strategy: 'OnDelete', desired: 4 }),
    'soaking soaking',
  ],
  ['DaemonSet, a new node', soaks(60, { ...threeOf(2), kind: 'DaemonSet' }), 'soaking soaking'],
];
