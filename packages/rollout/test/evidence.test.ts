import { describe, expect, it } from 'vitest';
import type { VerdictInput } from '../src/index.ts';
import { judge } from '../src/index.ts';
import {
  after,
  at,
  beside,
  complete,
  condition,
  container,
  cronJob,
  ended,
  init,
  job,
  pod,
  rolling,
  soak,
  soaks,
  up,
  waits,
} from './cases/build.ts';

const crash = (name: string, restarts: number) =>
  pod(name, [waits('CrashLoopBackOff', 'back-off', { restarts, lastTerminated: ended(restarts, 20) })]);

/** Input, message and evidence. */
const messages: readonly (readonly [VerdictInput, string, object | undefined])[] = [
  [
    after(5, rolling([crash('web-a', 2), crash('web-b', 5), crash('web-c', 3)])),
    'Container app of pod web-b keeps crashing (exit code 5).',
    { pod: 'web-b', container: 'app', restarts: 5, reason: 'CrashLoopBackOff', message: 'back-off', exitCode: 5 },
  ],
  [
    after(5, rolling(beside(container({ ready: false, restarts: 1, lastTerminated: ended(137, 4, 'OOMKilled') })))),
    'Container app of pod web-b was killed because it used more memory than its limit.',
    { pod: 'web-b', container: 'app', restarts: 1, reason: 'OOMKilled', exitCode: 137 },
  ],
  [
    after(5, rolling(beside(waits('ErrImagePull', 'Get "https://blobs.example/x?sig=s3cret": 403 Forbidden')))),
    'The registry refused the credentials of the node for the image of container app of pod web-b: check the imagePullSecrets of the pod and of its service account, and that the repository exists.',
    {
      pod: 'web-b',
      container: 'app',
      restarts: 0,
      reason: 'ErrImagePull',
      message: 'Get "https://blobs.example/x?sig=[secret]": 403 Forbidden',
    },
  ],
  [
    after(90, rolling(beside(waits('CreateContainerConfigError', 'secret "db" not found')))),
    'Container app of pod web-b cannot be configured: secret "db" not found',
    {
      pod: 'web-b',
      container: 'app',
      restarts: 0,
      reason: 'CreateContainerConfigError',
      message: 'secret "db" not found',
    },
  ],
  [
    after(700, rolling(beside(init(), container({ ready: false })))),
    'Not available after 600 s.',
    { pod: 'web-b', container: 'app', restarts: 0 },
  ],
  [
    after(
      700,
      rolling(
        beside(waits('ContainerCreating'), waits('ImagePullBackOff', 'Back-off pulling image "x"', { name: 'log' })),
      ),
    ),
    'Not available after 600 s. Pod web-b, container log: ImagePullBackOff.',
    { pod: 'web-b', container: 'log', restarts: 0, reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' },
  ],
  [
    after(700, rolling(beside(container({ name: 'migrate', init: true, ready: false }), waits('PodInitializing')))),
    'Not available after 600 s.',
    { pod: 'web-b', container: 'migrate', restarts: 0 },
  ],
  [
    after(
      5,
      rolling([
        up('web-a'),
        pod('web-b', [], {
          ready: false,
          conditions: [condition('PodScheduled', 'False', 'Unschedulable', '0/3 nodes are available.')],
        }),
      ]),
    ),
    'No node can run pod web-b: 0/3 nodes are available.',
    { pod: 'web-b', container: '', restarts: 0, reason: 'Unschedulable', message: '0/3 nodes are available.' },
  ],
  [
    after(
      5,
      rolling([], {
        revisionConditions: [condition('ReplicaFailure', 'True', 'FailedCreate', 'exceeded quota: compute')],
      }),
    ),
    'A quota of the namespace allows no more pods: exceeded quota: compute',
    undefined,
  ],
  [
    soaks(60, rolling([up('web-a'), pod('web-b', [container({ restarts: 1, lastTerminated: ended(3, 40) })])])),
    'Container app of pod web-b ended after it had been ready (Error, exit code 3).',
    { pod: 'web-b', container: 'app', restarts: 1, reason: 'Error', exitCode: 3 },
  ],
  [
    soaks(60, rolling([up('web-a'), pod('web-b', [container({ ready: false })])])),
    'Container app of pod web-b was ready but no longer is.',
    { pod: 'web-b', container: 'app', restarts: 0 },
  ],
  [
    after(
      3_700,
      cronJob([
        job('nightly-1', {
          conditions: [condition('Failed', 'True', 'BackoffLimitExceeded')],
          pods: [pod('nightly-1-x', [container({ ready: false, terminated: ended(2, 3_650) })], { phase: 'Failed' })],
        }),
      ]),
    ),
    'Job nightly-1 ran the new image and failed: its pods failed more often than its backoffLimit allows. Container app of pod nightly-1-x ended with exit code 2.',
    { pod: 'nightly-1-x', container: 'app', restarts: 0, reason: 'Error', exitCode: 2 },
  ],
  [
    after(
      3_700,
      cronJob([
        job('nightly-1', {
          conditions: [condition('Failed', 'True', 'BackoffLimitExceeded')],
          pods: [
            pod('nightly-1-x', [container({ ready: false, terminated: ended(137, 3_650) })], {
              phase: 'Failed',
              reason: 'Evicted',
            }),
          ],
        }),
      ]),
    ),
    'Job nightly-1 failed after pods of it were ended by their node or by the cluster, so no new image can be judged. A later run is judged. Pod nightly-1-x was ended by its node or by the cluster (Evicted), and not by its containers.',
    { pod: 'nightly-1-x', container: '', restarts: 0, reason: 'Evicted' },
  ],
  [
    soaks(60, rolling([up('web-a'), pod('web-b', [container({ ready: false, restarts: 2 })])])),
    'Container app of pod web-b was restarted 2 times and is not ready.',
    { pod: 'web-b', container: 'app', restarts: 2 },
  ],
];

describe('the message of a verdict', () => {
  it.each(messages.map(([input, message, evidence]) => ({ input, message, evidence })))(
    'judge says: $message',
    (row) => {
      const verdict = judge(row.input);

      expect(verdict.message).toBe(row.message);
      expect('evidence' in verdict ? verdict.evidence : undefined).toEqual(row.evidence);
    },
  );

  it('judge says of a workload that was unhealthy before what is wrong now, and what was then', () => {
    const verdict = judge(after(5, rolling([crash('web-a', 2)]), { unhealthyBefore: 'Two of three pods crashed.' }));

    expect(verdict.message).toBe(
      'Container app of pod web-a keeps crashing (exit code 2). The new image is not blamed, as the workload was unhealthy before: Two of three pods crashed.',
    );
  });
});

describe('a soak', () => {
  it('a soak begins with the last time of readiness and the newest pod, by the clock of the cluster', () => {
    const pods = [
      up('web-a', { createdAt: at(1), readyChangedAt: at(30) }),
      up('web-b', { createdAt: at(5), readyChangedAt: at(9) }),
      up('web-c', { createdAt: at(90), readyChangedAt: at(95), deleting: true }),
    ];

    expect(judge(after(31, complete({ pods }), { soakMs: 120_000 }))).toMatchObject({
      type: 'soaking',
      message: '2 pods of the new revision are available, and must remain so for 120 s.',
      soak: { since: at(31), lastReady: at(30), newestPod: at(5) },
    });
  });

  it('a soak keeps the recorded baseline', () => {
    expect(judge(soaks(60, complete()))).toMatchObject({ soak: soak });
  });
});

it('what an unproven rollout says holds for as long as it is unproven (law 16)', () => {
  const replaced = (updated: number) =>
    judge(after(5, complete({ kind: 'StatefulSet', strategy: 'OnDelete', status: { updated } }))).message;

  expect(replaced(1)).toBe(replaced(0));
});
