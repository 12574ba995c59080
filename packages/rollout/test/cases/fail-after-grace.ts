import type { Row } from './build.ts';
import { after, at, beside, container, ended, pod, rolling, up, waits } from './build.ts';

const config = beside(waits('CreateContainerConfigError', 'secret "db" not found'));
const create = beside(
  waits(
    'CreateContainerError',
    'failed to generate container "4c1f" spec: failed to generate spec: no command specified',
  ),
);
const run = beside(
  waits('RunContainerError', 'failed to create containerd task: exec: "nope": executable file not found in $PATH'),
);
const hook = beside(waits('PostStartHookError', 'PostStartHook failed'));
const start = beside(container({ ready: false, terminated: ended(128, 4, 'StartError') }));
const absent = beside(waits('ErrImagePull', 'registry.example/acme/web:latest: not found'));
const young = [
  up('web-a'),
  pod('web-b', [waits('CreateContainerConfigError', 'failed to sync secret cache')], { createdAt: at(300) }),
];

export const failAfterGrace: readonly Row[] = [
  ['a Secret is missing, 59 s', after(59, rolling(config)), 'waiting progressing'],
  ['a Secret is missing, a minute after the pod was made', after(61, rolling(config)), 'failed container-config'],
  ['a Secret is missing, the pod is younger than the write', after(330, rolling(young)), 'waiting progressing'],
  ['a Secret is missing, the younger pod had its minute', after(360, rolling(young)), 'failed container-config'],
  [
    'a Secret is missing, a blocked phase ended just now',
    after(90, rolling(config), { blockedAt: at(80) }),
    'waiting progressing',
  ],
  [
    'a Secret is missing, a blocked phase ended a minute ago',
    after(140, rolling(config), { blockedAt: at(80) }),
    'failed container-config',
  ],
  [
    'a Secret is missing, the deadline is shorter than the grace',
    after(21, rolling(config), { deadlineMs: 20_000 }),
    'failed container-config',
  ],
  ['not created, 29 s', after(29, rolling(create)), 'waiting progressing'],
  ['not created, half a minute after', after(31, rolling(create)), 'failed container-not-started'],
  ['not run, half a minute after', after(31, rolling(run)), 'failed container-not-started'],
  ['hook failed, half a minute after', after(31, rolling(hook)), 'failed container-not-started'],
  ['not started, half a minute after', after(31, rolling(start)), 'failed container-not-started'],
  ['not started, at once', after(5, rolling(start)), 'waiting progressing'],
  [
    'not started a third time',
    after(5, rolling(beside(container({ ready: false, restarts: 2, terminated: ended(128, 4, 'StartError') })))),
    'failed restarting',
  ],
  [
    'image not found by a kubelet that does not say so while it backs off',
    after(31, rolling(absent)),
    'failed image-not-found',
  ],
  [
    'a Secret is missing, unhealthy before',
    after(61, rolling(config), { unhealthyBefore: 'It crashed.' }),
    'failed! unhealthy-before',
  ],
  ['a Secret is missing, paused', after(61, rolling(config, { paused: true })), 'waiting paused'],
];
