import type { Row } from './build.ts';
import { after, at, beside, container, ended, init, pod, rolling, up, waits } from './build.ts';

const backOff = 'back-off 10s restarting failed container=app pod=web-b_default';
const crash = { ready: false, restarts: 1, lastTerminated: ended(1, 20) };
const oom = { ready: false, restarts: 1, lastTerminated: ended(137, 20, 'OOMKilled') };
const absent =
  'Back-off pulling image "registry.example/acme/web:latest": ErrImagePull: rpc error: code = NotFound desc = failed to pull and unpack image "registry.example/acme/web:latest": registry.example/acme/web:latest: not found';

/** Seen five seconds after the write, beside a pod that is up. */
const seen = (...containers: Parameters<typeof beside>) => after(5, rolling(beside(...containers)));

export const failAtOnce: readonly Row[] = [
  ...[
    'Container app exceeded its local ephemeral storage limit "10Mi". ',
    'Pod ephemeral local storage usage exceeds the total limit of containers 10Mi. ',
    'Usage of EmptyDir volume "cache" exceeds the limit "10Mi". ',
  ].map(
    (message): Row => [
      `evicted for its own limits: ${message}`,
      after(5, rolling([up('web-a'), pod('web-b', [], { phase: 'Failed', reason: 'Evicted', message }), up('web-c')])),
      'failed out-of-storage',
    ],
  ),
  ['crash loop', seen(waits('CrashLoopBackOff', backOff, crash)), 'failed crash-loop'],
  [
    'crash loop with exit code 0',
    seen(waits('CrashLoopBackOff', backOff, { restarts: 1, lastTerminated: ended(0, 20) })),
    'failed crash-loop',
  ],
  [
    'crash loop of the second container',
    seen(container(), waits('CrashLoopBackOff', backOff, { ...crash, name: 'log' })),
    'failed crash-loop',
  ],
  [
    'crash loop of an init container',
    seen(waits('CrashLoopBackOff', backOff, { ...crash, name: 'migrate', init: true }), waits('PodInitializing')),
    'failed crash-loop',
  ],
  [
    'crash loop of a sidecar',
    seen(waits('CrashLoopBackOff', backOff, { ...crash, name: 'proxy', init: true, sidecar: true }), container()),
    'failed crash-loop',
  ],
  ['crash loop with a limit met', seen(waits('CrashLoopBackOff', backOff, oom)), 'failed out-of-memory'],
  ['killed for memory once, and starts again', seen(container(oom)), 'failed out-of-memory'],
  [
    'killed for memory a second time',
    seen(container({ ready: false, restarts: 1, terminated: ended(137, 20, 'OOMKilled') })),
    'failed out-of-memory',
  ],
  [
    'init container killed for memory',
    seen(init({ ready: false, terminated: ended(137, 4, 'OOMKilled') })),
    'failed out-of-memory',
  ],
  ['restarted twice and never ready', seen(container({ ...crash, restarts: 2 })), 'failed restarting'],
  [
    'restarted by its liveness probe, never ready',
    seen(container({ ready: false, restarts: 3, lastTerminated: ended(137, 20) })),
    'failed restarting',
  ],
  [
    'between its third run and the next',
    seen(container({ ready: false, restarts: 2, terminated: ended(1, 20) })),
    'failed restarting',
  ],
  [
    'init container in its third run',
    seen(
      container({ name: 'migrate', init: true, ready: false, restarts: 2, lastTerminated: ended(1, 4) }),
      waits('PodInitializing'),
    ),
    'failed restarting',
  ],
  [
    'sidecar in its third run',
    seen(
      container({ name: 'proxy', init: true, sidecar: true, ready: false, restarts: 2, lastTerminated: ended(1, 4) }),
    ),
    'failed restarting',
  ],
  [
    'image name not valid',
    seen(
      waits(
        'InvalidImageName',
        'Failed to apply default image tag "Web:latest": couldn\'t parse image name "Web:latest": invalid reference format',
      ),
    ),
    'failed invalid-image-name',
  ],
  [
    'image never pulled',
    seen(waits('ErrImageNeverPull', 'Container image "acme/web:latest" is not present with pull policy of Never')),
    'failed image-never-pulled',
  ],
  ['image not found, backing off', seen(waits('ImagePullBackOff', absent)), 'failed image-not-found'],
  [
    'image of an init container not found',
    seen(waits('ImagePullBackOff', absent, { name: 'migrate', init: true })),
    'failed image-not-found',
  ],
  [
    'no such platform, backing off',
    seen(
      waits(
        'ImagePullBackOff',
        'Back-off pulling image "ghcr.io/acme/web:latest": ErrImagePull: no match for platform in manifest: not found',
      ),
    ),
    'failed image-platform',
  ],
  [
    'damaged layer, backing off',
    seen(
      waits(
        'ImagePullBackOff',
        'Back-off pulling image "ghcr.io/acme/web:latest": ErrImagePull: failed to extract layer: invalid tar header',
      ),
    ),
    'failed image-broken',
  ],
  [
    'a failure beats a blocker in another pod',
    after(
      5,
      rolling([
        pod('web-a', [waits('ErrImagePull', '429 Too Many Requests')]),
        pod('web-b', [waits('CrashLoopBackOff', backOff, crash)]),
      ]),
    ),
    'failed crash-loop',
  ],
  [
    'a failure beats a blocker in the same pod',
    seen(waits('ErrImagePull', '429 Too Many Requests', { name: 'log' }), waits('CrashLoopBackOff', backOff, crash)),
    'failed crash-loop',
  ],
  [
    'a StatefulSet',
    after(5, rolling(beside(waits('CrashLoopBackOff', backOff, crash)), { kind: 'StatefulSet' })),
    'failed crash-loop',
  ],
  [
    'a DaemonSet',
    after(5, rolling(beside(waits('CrashLoopBackOff', backOff, crash)), { kind: 'DaemonSet' })),
    'failed crash-loop',
  ],
  [
    'a pod deleted by a user with OnDelete',
    after(
      5,
      rolling([pod('web-b', [waits('CrashLoopBackOff', backOff, crash)])], {
        kind: 'StatefulSet',
        strategy: 'OnDelete',
        status: { updated: 1 },
      }),
    ),
    'failed crash-loop',
  ],
  [
    'unseen, in a pod created after the write',
    after(5, rolling(beside(waits('CrashLoopBackOff', backOff, crash)), { status: { observedGeneration: 4 } })),
    'failed crash-loop',
  ],
  [
    'after a blocked phase',
    after(5, rolling(beside(waits('CrashLoopBackOff', backOff, crash))), { blockedAt: after(4, rolling([])).now }),
    'failed crash-loop',
  ],
  [
    'unhealthy before',
    after(5, rolling(beside(waits('CrashLoopBackOff', backOff, crash))), { unhealthyBefore: 'No pod was ready.' }),
    'failed! unhealthy-before',
  ],
];

/** Close to the above, and no failure. */
export const noFailure: readonly Row[] = [
  [
    'crashed once, and runs again',
    seen(container({ ready: false, restarts: 1, lastTerminated: ended(1, 4) })),
    'waiting progressing',
  ],
  ['crashed once just now', seen(container({ ready: false, terminated: ended(1, 4) })), 'waiting progressing'],
  [
    'killed for memory for the first time',
    seen(container({ ready: false, terminated: ended(137, 4, 'OOMKilled') })),
    'waiting progressing',
  ],
  [
    'init container that succeeded at its third try',
    seen(init({ restarts: 2, ready: true, lastTerminated: ended(1, 3) }), container({ ready: false })),
    'waiting progressing',
  ],
  [
    'init container that succeeded at its third try, on a kubelet that does not call it ready',
    seen(init({ restarts: 2, ready: false, lastTerminated: ended(1, 3) }), container({ ready: false })),
    'waiting progressing',
  ],
  [
    'restarted with its node',
    seen(container({ ready: false, restarts: 2, lastTerminated: ended(255, 4, 'Unknown') })),
    'waiting progressing',
  ],
  [
    'restarted, and ready since',
    after(
      5,
      rolling([up('web-a'), pod('web-b', [container({ restarts: 3, lastTerminated: ended(137, 4, 'OOMKilled') })])]),
    ),
    'waiting progressing',
  ],
  [
    'restarted and killed for its memory weeks before a rollback, and unready for a moment (law 6)',
    after(
      5,
      rolling([
        up('web-a'),
        pod('web-b', [container({ ready: false, restarts: 3, lastTerminated: ended(137, -90_000, 'OOMKilled') })], {
          createdAt: at(-99_000),
        }),
      ]),
    ),
    'waiting progressing',
  ],
  [
    'evicted for its own limits weeks before a rollback (law 6)',
    after(
      5,
      rolling([
        up('web-a'),
        pod('web-b', [], {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'Pod ephemeral local storage usage exceeds the total limit of containers 10Mi. ',
          createdAt: at(-99_000),
        }),
      ]),
    ),
    'waiting progressing',
  ],
  ['being created', seen(waits('ContainerCreating')), 'waiting progressing'],
  [
    'image not found at the first try',
    seen(waits('ErrImagePull', 'registry.example/acme/web:latest: not found')),
    'waiting progressing',
  ],
  [
    'crash loop of a pod that is deleted',
    after(5, rolling([up('web-a'), pod('web-b', [waits('CrashLoopBackOff', backOff, crash)], { deleting: true })])),
    'waiting progressing',
  ],
  [
    'unseen, in a pod created before the write',
    after(
      5,
      rolling([pod('web-b', [waits('CrashLoopBackOff', backOff, crash)], { createdAt: after(-1, rolling([])).now })], {
        status: { observedGeneration: 4 },
      }),
    ),
    'waiting not-observed',
  ],
];
