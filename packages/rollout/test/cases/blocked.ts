import type { Row } from './build.ts';
import { after, at, beside, condition, container, init, pod, rolling, up, waits } from './build.ts';

const quota = 'pods "web-b" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=5, limited: pods=5';
const policy = 'admission webhook "validate.policy.example" denied the request: image must come from registry.example';
const failure = (message: string) => condition('ReplicaFailure', 'True', 'FailedCreate', message);
const unscheduled = condition('PodScheduled', 'False', 'Unschedulable', '0/3 nodes are available: 3 Insufficient cpu.');
const drained = condition('DisruptionTarget', 'True', 'EvictionByEvictionAPI', 'Eviction API: evicting');
const preempted = condition('DisruptionTarget', 'True', 'PreemptionByScheduler', 'default-scheduler: preempting');
const pending = pod('web-b', [], { phase: 'Pending', ready: false, conditions: [unscheduled] });
const evicted = pod('web-b', [], { phase: 'Failed', ready: false, reason: 'Evicted' });
const limited = waits(
  'ErrImagePull',
  '429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit',
);
const gaveUp = { conditions: [condition('Progressing', 'False', 'ProgressDeadlineExceeded')] };

const pulls = (reason: string, message: string) => after(5, rolling(beside(waits(reason, message))));

export const blockedRows: readonly Row[] = [
  ['rate limit at the first try', after(5, rolling(beside(limited))), 'blocked registry-rate-limited'],
  [
    'rate limit, backing off',
    pulls('ImagePullBackOff', 'Back-off pulling image "x": ErrImagePull: toomanyrequests'),
    'blocked registry-rate-limited',
  ],
  [
    'registry answers 503',
    pulls('ErrImagePull', 'unexpected status code: 503 Service Unavailable'),
    'blocked registry-unreachable',
  ],
  [
    'registry refuses connections',
    pulls('ImagePullBackOff', 'dial tcp 192.0.2.7:443: connect: connection refused'),
    'blocked registry-unreachable',
  ],
  [
    'registry has no name',
    pulls('ErrImagePull', 'dial tcp: lookup registry.example: no such host'),
    'blocked registry-unreachable',
  ],
  [
    'registry is not trusted',
    pulls('ErrImagePull', 'tls: failed to verify certificate: x509: certificate has expired'),
    'blocked registry-unreachable',
  ],
  ['registry does not answer', pulls('RegistryUnavailable', 'registry is unavailable'), 'blocked registry-unreachable'],
  [
    'credentials refused',
    pulls('ErrImagePull', 'pull access denied, repository does not exist or may require authorization'),
    'blocked registry-unauthorized',
  ],
  ['no credentials', pulls('ImagePullBackOff', 'no basic auth credentials'), 'blocked registry-unauthorized'],
  [
    'signature refused',
    pulls('SignatureValidationFailed', 'image signature validation failed'),
    'blocked image-refused',
  ],
  ['disk of the node full', pulls('ErrImagePull', 'write /var/lib/x: no space left on device'), 'blocked node-trouble'],
  ...[
    'context deadline exceeded',
    'failed to reserve container name "app_web-b_default_1": name "app_web-b_default_1" is reserved for "a865d5946f01"',
    'error reserving ctr name k8s_app_web-b_default_0 for id 39b0f658696c: name is reserved',
    'failed to create containerd container: error unpacking image: failed to extract layer sha256:16a5: failed to get reader from content store: content digest sha256:16a5: not found',
    'failed to create shim task: mkdir /run/containerd/io.containerd.runtime.v2.task/k8s.io/4c1f: no space left on device',
  ].map(
    (message): Row => [
      `a node that cannot create the container, for a while: ${message.slice(0, 40)}`,
      after(700, rolling(beside(waits('CreateContainerError', message)))),
      'blocked node-trouble',
    ],
  ),
  ['image store of the node broken', pulls('ImageInspectError', 'Failed to inspect image'), 'blocked node-trouble'],
  [
    'credentials of an init container refused',
    after(5, rolling(beside(waits('ErrImagePull', '403 Forbidden', { name: 'migrate', init: true })))),
    'blocked registry-unauthorized',
  ],
  ...(
    [
      [
        'gone',
        waits('ImagePullBackOff', 'Back-off pulling image "x": ErrImagePull: manifest unknown', { name: 'side' }),
      ],
      [
        'gone, for a cause that the kubelet does not name',
        waits('ImagePullBackOff', 'Back-off pulling image "x"', { name: 'side' }),
      ],
      ['not pulled', waits('ErrImageNeverPull', 'not present with pull policy of Never', { name: 'side' })],
    ] as const
  ).map(
    ([what, side]): Row => [
      `the image of a container that the rollout does not change is ${what}`,
      after(700, rolling(beside(container(), side)), { changed: ['app'] }),
      'blocked other-image-missing',
    ],
  ),
  [
    'the ConfigMap of a container that the rollout does not change is gone',
    after(
      700,
      rolling(beside(container(), waits('CreateContainerConfigError', 'configmap "x" not found', { name: 'side' }))),
      {
        changed: ['app'],
      },
    ),
    'blocked other-container-config',
  ],
  [
    'the image of a container that the rollout does not change is gone, and the changed one crashes',
    after(5, rolling(beside(waits('CrashLoopBackOff'), waits('ErrImagePull', 'manifest unknown', { name: 'side' }))), {
      changed: ['app'],
    }),
    'failed crash-loop',
  ],
  [
    'a container that the rollout does not change crashes',
    after(5, rolling(beside(container(), waits('CrashLoopBackOff', 'x', { name: 'side' }))), { changed: ['app'] }),
    'failed crash-loop',
  ],
  [
    'a container that the rollout does not change crashes, with another image than before',
    after(5, rolling(beside(container(), waits('CrashLoopBackOff', 'x', { name: 'side', moved: true }))), {
      changed: ['app'],
    }),
    'blocked other-container-failing',
  ],
  ...(
    [
      [
        'that the rollout does not change crashes before any that it changes',
        ['app'],
        'blocked other-container-failing',
      ],
      ['that the rollout changes crashes', ['migrate'], 'failed crash-loop'],
      ['crashes after another one that the rollout changes', ['fetch', 'app'], 'failed crash-loop'],
    ] as const
  ).map(
    ([what, changed, verdict]): Row => [
      `an init container ${what}`,
      after(
        5,
        rolling(
          beside(
            init({ name: 'fetch' }),
            waits('CrashLoopBackOff', 'x', { name: 'migrate', init: true, restarts: 2 }),
            waits('PodInitializing'),
          ),
        ),
        { changed },
      ),
      verdict,
    ],
  ),
  [
    'a container that the rollout changes crashes beside one with another image than before',
    after(5, rolling(beside(waits('CrashLoopBackOff'), container({ name: 'side', moved: true }))), {
      changed: ['app'],
    }),
    'failed crash-loop',
  ],
  [
    'quota, by the ReplicaSet',
    after(5, rolling([up('web-a')], { revisionConditions: [failure(quota)] })),
    'blocked quota-exceeded',
  ],
  [
    'quota, by the Deployment',
    after(5, rolling([up('web-a')], { status: { conditions: [failure(quota)] } })),
    'blocked quota-exceeded',
  ],
  [
    'quota that wants limits',
    after(
      5,
      rolling([], {
        revisionConditions: [
          failure('pods "web-b" is forbidden: failed quota: compute: must specify limits.cpu for: app'),
        ],
      }),
    ),
    'blocked quota-exceeded',
  ],
  ['admission policy', after(5, rolling([], { revisionConditions: [failure(policy)] })), 'blocked pods-refused'],
  [
    'a failure to delete is none to create',
    after(
      5,
      rolling([up('web-a')], { revisionConditions: [condition('ReplicaFailure', 'True', 'FailedDelete', 'x')] }),
    ),
    'waiting progressing',
  ],
  ['no node has capacity', after(5, rolling([up('web-a'), pending])), 'blocked unschedulable'],
  [
    'no node has capacity, StatefulSet',
    after(5, rolling([up('web-a'), pending], { kind: 'StatefulSet' })),
    'blocked unschedulable',
  ],
  ['evicted', after(5, rolling([up('web-a'), evicted])), 'blocked pod-disrupted'],
  [
    'evicted, since the node is full',
    after(
      5,
      rolling([
        up('web-a'),
        {
          ...evicted,
          message:
            'The node was low on resource: ephemeral-storage. Container app was using 123Mi, request is 0, has larger consumption of ephemeral-storage. ',
        },
      ]),
    ),
    'blocked pod-disrupted',
  ],
  ['node shut down', after(5, rolling([up('web-a'), { ...evicted, reason: 'NodeShutdown' }])), 'blocked pod-disrupted'],
  [
    'node lost',
    after(5, rolling([up('web-a'), pod('web-b', [container()], { ready: false, deleting: true, reason: 'NodeLost' })])),
    'blocked pod-disrupted',
  ],
  [
    'not admitted by the node',
    after(5, rolling([up('web-a'), { ...evicted, reason: 'OutOfcpu' }])),
    'blocked pod-disrupted',
  ],
  [
    'drained',
    after(
      5,
      rolling([up('web-a'), pod('web-b', [container({ ready: false })], { deleting: true, conditions: [drained] })]),
    ),
    'blocked pod-disrupted',
  ],
  [
    'preempted',
    after(5, rolling([up('web-a'), pod('web-b', [], { deleting: true, conditions: [preempted] })])),
    'blocked pod-disrupted',
  ],
  [
    'crash loop of an evicted pod',
    after(5, rolling([up('web-a'), pod('web-b', [waits('CrashLoopBackOff')], { reason: 'Evicted' })])),
    'blocked pod-disrupted',
  ],
  [
    'evicted and replaced by another pod',
    after(20, rolling([up('web-a'), evicted, pod('web-c', [waits('ContainerCreating')], { createdAt: at(9) })])),
    'waiting progressing',
  ],
  [
    'what a person has to fix comes first',
    after(5, rolling([pending, pod('web-c', [waits('ErrImagePull', '401 Unauthorized')])])),
    'blocked registry-unauthorized',
  ],
  ['blocked beats the deadline', after(900, rolling(beside(limited))), 'blocked registry-rate-limited'],
  [
    "blocked beats the Deployment's deadline",
    after(900, rolling(beside(limited), { status: gaveUp })),
    'blocked registry-rate-limited',
  ],
  ['blocked while paused', after(5, rolling(beside(limited), { paused: true })), 'waiting paused'],
  [
    'an evicted pod beside a complete revision',
    after(20, { ...rolling([up('web-a'), evicted, up('web-c', { createdAt: at(9) })], { status: { available: 2 } }) }),
    'succeeded available',
  ],
];
