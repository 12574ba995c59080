import type { Row } from './build.ts';
import { at, beside, complete, condition, container, look, pod, rolling, up, waits } from './build.ts';

const unready = beside(container({ ready: false }));
const gaveUp = (message?: string) => ({
  status: { conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded', message)] },
});
const OURS = 'ReplicaSet "web" has timed out progressing.';
const OTHER = 'ReplicaSet "web-6d4f8b9c7d" has timed out progressing.';
const fiftyth = [
  up('web-a'),
  up('web-b', { createdAt: at(560), readyChangedAt: at(580) }),
  pod('web-c', [container({ ready: false })], { createdAt: at(581) }),
];

export const late: readonly Row[] = [
  ['never ready, 599 s', look(599, rolling(unready)), 'waiting progressing'],
  ['never ready, past the deadline', look(615, rolling(unready)), 'failed deadline-exceeded'],
  ['never ready, StatefulSet', look(615, rolling(unready, { kind: 'StatefulSet' })), 'failed deadline-exceeded'],
  ['never ready, DaemonSet', look(615, rolling(unready, { kind: 'DaemonSet' })), 'failed deadline-exceeded'],
  [
    'never created, for a volume does not mount',
    look(615, rolling(beside(waits('ContainerCreating')))),
    'failed deadline-exceeded',
  ],
  [
    'never pulled, for a reason that nobody tells',
    look(615, rolling(beside(waits('ImagePullBackOff', 'Back-off pulling image "x"')))),
    'failed deadline-exceeded',
  ],
  [
    'never ready, unhealthy before',
    look(615, rolling(unready), { unhealthyBefore: 'It crashed.' }),
    'failed! unhealthy-before',
  ],
  ['never ready, paused', look(9_000, rolling(unready, { paused: true })), 'waiting paused'],
  ['never ready, a hold ended', look(900, rolling(unready), { heldAt: at(400) }), 'waiting progressing'],
  [
    'never ready, a hold ended long ago',
    look(1_000, rolling(unready), { heldAt: at(400) }),
    'failed deadline-exceeded',
  ],
  ['a pod after another, and each in time', look(700, rolling(fiftyth, { desired: 50 })), 'waiting progressing'],
  ['a pod after another, until one is not', look(1_181, rolling(fiftyth, { desired: 50 })), 'failed deadline-exceeded'],
  [
    'all new pods ready, but an old one stays',
    look(615, complete({ status: { replicas: 3 } })),
    'failed! deadline-exceeded',
  ],
  ['complete, past the deadline', look(9_000, complete()), 'succeeded available'],
  ['never looked at', look(600, complete({ status: { observedGeneration: 4 } })), 'failed! deadline-exceeded'],
  ['not looked at yet', look(599, complete({ status: { observedGeneration: 4 } })), 'waiting not-observed'],
  [
    'no pods yet (Recreate)',
    look(599, rolling([], { strategy: 'Recreate', status: { updated: 0, available: 0 } })),
    'waiting progressing',
  ],
  [
    'no pods, past the deadline (Recreate)',
    look(615, rolling([], { strategy: 'Recreate', status: { updated: 0, available: 0 } })),
    'blocked no-pods',
  ],
  [
    'only pods that are deleted, past the deadline',
    look(615, rolling([up('web-a', { deleting: true })])),
    'blocked no-pods',
  ],
  ["the Deployment's own deadline", look(300, rolling(unready, gaveUp())), 'failed progress-deadline-exceeded'],
  [
    "the Deployment's own deadline, of this ReplicaSet",
    look(300, rolling(unready, gaveUp(OURS))),
    'failed progress-deadline-exceeded',
  ],
  [
    "the Deployment's own deadline, left from another ReplicaSet",
    look(5, rolling(unready, gaveUp(OTHER))),
    'waiting progressing',
  ],
  [
    "the Deployment's own deadline, still there after a minute",
    look(61, rolling(unready, gaveUp(OTHER))),
    'failed progress-deadline-exceeded',
  ],
  ["the Deployment's own deadline, no pods yet", look(5, rolling([], gaveUp())), 'waiting progressing'],
  ["the Deployment's own deadline, no pods", look(61, rolling([], gaveUp())), 'blocked no-pods'],
  [
    "the Deployment's own deadline, a hold ended just now",
    look(420, rolling(unready, gaveUp(OURS)), { heldAt: at(400) }),
    'waiting progressing',
  ],
  [
    "the Deployment's own deadline, a hold ended a minute ago",
    look(460, rolling(unready, gaveUp(OURS)), { heldAt: at(400) }),
    'failed progress-deadline-exceeded',
  ],
  [
    "a StatefulSet's condition of that name",
    look(300, rolling(unready, { kind: 'StatefulSet', ...gaveUp() })),
    'waiting progressing',
  ],
];
