import type { Row } from './build.ts';
import { at, beside, container, ended, look, pod, rolling, up, waits } from './build.ts';

const config = beside(waits('CreateContainerConfigError', 'secret "db" not found'));
const create = beside(waits('CreateContainerError', 'failed to reserve container name "app_web-b_default"'));
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
  ['a Secret is missing, 59 s', look(59, rolling(config)), 'waiting progressing'],
  ['a Secret is missing, a minute after the pod was made', look(61, rolling(config)), 'failed container-config'],
  ['a Secret is missing, the pod is younger than the write', look(330, rolling(young)), 'waiting progressing'],
  ['a Secret is missing, the younger pod had its minute', look(360, rolling(young)), 'failed container-config'],
  ['a Secret is missing, a hold ended just now', look(90, rolling(config), { heldAt: at(80) }), 'waiting progressing'],
  [
    'a Secret is missing, a hold ended a minute ago',
    look(140, rolling(config), { heldAt: at(80) }),
    'failed container-config',
  ],
  [
    'a Secret is missing, the deadline is shorter than the grace',
    look(21, rolling(config), { deadlineMs: 20_000 }),
    'failed container-config',
  ],
  ['not created, 29 s', look(29, rolling(create)), 'waiting progressing'],
  ['not created, half a minute after', look(31, rolling(create)), 'failed container-not-started'],
  ['not run, half a minute after', look(31, rolling(run)), 'failed container-not-started'],
  ['hook failed, half a minute after', look(31, rolling(hook)), 'failed container-not-started'],
  ['not started, half a minute after', look(31, rolling(start)), 'failed container-not-started'],
  ['not started, at once', look(5, rolling(start)), 'waiting progressing'],
  [
    'not started a third time',
    look(5, rolling(beside(container({ ready: false, restarts: 2, terminated: ended(128, 4, 'StartError') })))),
    'failed restarting',
  ],
  [
    'image not found by a kubelet that does not say so while it backs off',
    look(31, rolling(absent)),
    'failed image-not-found',
  ],
  [
    'a Secret is missing, unhealthy before',
    look(61, rolling(config), { unhealthyBefore: 'It crashed.' }),
    'failed! unhealthy-before',
  ],
  ['a Secret is missing, paused', look(61, rolling(config, { paused: true })), 'waiting paused'],
];
