import type { Row } from './build.ts';
import { after, at, beside, complete, condition, container, pod, rolling, up, waits } from './build.ts';

const unready = beside(container({ ready: false }));
const silent = up('web-c', { ready: false, conditions: [condition('Ready', 'False')] });
const gaveUp = (message?: string) => ({
  status: { conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded', message)] },
});
const ours = 'ReplicaSet "web" has timed out progressing.';
const other = 'ReplicaSet "web-6d4f8b9c7d" has timed out progressing.';
const fiftyth = [
  up('web-a'),
  up('web-b', { createdAt: at(560), readyChangedAt: at(580) }),
  pod('web-c', [container({ ready: false })], { createdAt: at(581) }),
];

export const late: readonly Row[] = [
  ['never ready, 599 s', after(599, rolling(unready)), 'waiting progressing'],
  ['never ready, past the deadline', after(615, rolling(unready)), 'failed deadline-exceeded'],
  ['never ready, StatefulSet', after(615, rolling(unready, { kind: 'StatefulSet' })), 'failed deadline-exceeded'],
  ['never ready, DaemonSet', after(615, rolling(unready, { kind: 'DaemonSet' })), 'failed deadline-exceeded'],
  [
    'no longer ready, for its node does not answer: its containers are ready',
    after(615, rolling([up('web-a'), silent])),
    'blocked node-not-ready',
  ],
  [
    "no longer ready with its node, by the Deployment's own deadline",
    after(300, rolling([up('web-a'), silent], gaveUp())),
    'blocked node-not-ready',
  ],
  [
    'no longer ready with its node, beside one that is never ready',
    after(615, rolling([...unready, silent])),
    'failed deadline-exceeded',
  ],
  [
    'never ready, for a readiness gate',
    after(
      615,
      rolling([up('web-a'), { ...silent, conditions: [condition('Ready', 'False', 'ReadinessGatesNotReady')] }]),
    ),
    'failed deadline-exceeded',
  ],
  [
    'never created, for a volume does not mount',
    after(615, rolling(beside(waits('ContainerCreating')))),
    'blocked not-started',
  ],
  [
    "never created, by the Deployment's own deadline",
    after(300, rolling(beside(waits('ContainerCreating')), gaveUp(ours))),
    'blocked not-started',
  ],
  [
    'never started behind an init container that the rollout does not change and that does not end',
    after(615, rolling(beside(container({ name: 'migrate', init: true, ready: false }), waits('PodInitializing'))), {
      changed: ['app'],
    }),
    'blocked not-started',
  ],
  [
    'never started behind an init container that the rollout changes and that does not end',
    after(615, rolling(beside(container({ name: 'migrate', init: true, ready: false }), waits('PodInitializing'))), {
      changed: ['migrate', 'app'],
    }),
    'failed deadline-exceeded',
  ],
  [
    'never pulled, for an unknown reason',
    after(615, rolling(beside(waits('ImagePullBackOff', 'Back-off pulling image "x"')))),
    'failed deadline-exceeded',
  ],
  [
    'never ready, unhealthy before',
    after(615, rolling(unready), { unhealthyBefore: 'It crashed.' }),
    'failed! unhealthy-before',
  ],
  ['never ready, paused', after(9_000, rolling(unready, { paused: true })), 'waiting paused'],
  ['never ready, a blocked phase ended', after(900, rolling(unready), { blockedAt: at(400) }), 'waiting progressing'],
  [
    'never ready, a blocked phase ended long ago',
    after(1_000, rolling(unready), { blockedAt: at(400) }),
    'failed deadline-exceeded',
  ],
  ['a pod after another, and each in time', after(700, rolling(fiftyth, { desired: 50 })), 'waiting progressing'],
  [
    'a pod after another, until one is not',
    after(1_181, rolling(fiftyth, { desired: 50 })),
    'failed deadline-exceeded',
  ],
  [
    'all new pods ready, but an old one stays',
    after(615, complete({ status: { replicas: 3 } })),
    'failed! deadline-exceeded',
  ],
  [
    'all pods ready, and not yet for its minReadySeconds, which are longer than the deadline',
    after(615, rolling([up('web-a'), up('web-b')], { minReadyMs: 900_000 })),
    'waiting progressing',
  ],
  [
    'all pods ready for longer than its minReadySeconds and the deadline',
    after(1_511, rolling([up('web-a'), up('web-b')], { minReadyMs: 900_000 })),
    'failed! deadline-exceeded',
  ],
  [
    'not all pods ready, though it has minReadySeconds',
    after(615, rolling(unready, { minReadyMs: 900_000 })),
    'failed deadline-exceeded',
  ],
  ['complete, past the deadline', after(9_000, complete()), 'succeeded available'],
  ['never observed', after(600, complete({ status: { observedGeneration: 4 } })), 'failed! deadline-exceeded'],
  ['not observed yet', after(599, complete({ status: { observedGeneration: 4 } })), 'waiting not-observed'],
  [
    'no pods yet (Recreate)',
    after(599, rolling([], { strategy: 'Recreate', status: { updated: 0, available: 0 } })),
    'waiting progressing',
  ],
  [
    'no pods, past the deadline (Recreate)',
    after(615, rolling([], { strategy: 'Recreate', status: { updated: 0, available: 0 } })),
    'blocked no-pods',
  ],
  [
    'only pods that are deleted, past the deadline',
    after(615, rolling([up('web-a', { deleting: true })])),
    'blocked no-pods',
  ],
  ["the Deployment's own deadline", after(300, rolling(unready, gaveUp())), 'failed progress-deadline-exceeded'],
  [
    "the Deployment's own deadline, of this ReplicaSet",
    after(300, rolling(unready, gaveUp(ours))),
    'failed progress-deadline-exceeded',
  ],
  [
    "the Deployment's own deadline, left from another ReplicaSet",
    after(5, rolling(unready, gaveUp(other))),
    'waiting progressing',
  ],
  [
    "the Deployment's own deadline, still there after a minute",
    after(61, rolling(unready, gaveUp(other))),
    'failed progress-deadline-exceeded',
  ],
  [
    "the Deployment's own deadline, which a pod was late for by a moment",
    after(615, rolling([up('web-a'), up('web-b', { readyChangedAt: at(614) })], gaveUp(ours))),
    'waiting progressing',
  ],
  ["the Deployment's own deadline, no pods yet", after(5, rolling([], gaveUp())), 'waiting progressing'],
  ["the Deployment's own deadline, no pods", after(61, rolling([], gaveUp())), 'blocked no-pods'],
  [
    "the Deployment's own deadline, a blocked phase ended just now",
    after(420, rolling(unready, gaveUp(ours)), { blockedAt: at(400) }),
    'waiting progressing',
  ],
  [
    "the Deployment's own deadline, a blocked phase ended a minute ago",
    after(460, rolling(unready, gaveUp(ours)), { blockedAt: at(400) }),
    'failed progress-deadline-exceeded',
  ],
  [
    "a StatefulSet's condition of that name",
    after(300, rolling(unready, { kind: 'StatefulSet', ...gaveUp() })),
    'waiting progressing',
  ],
];
