import type { Row } from './build.ts';
import { after, at, complete, container, pod, rolling, up, view } from './build.ts';

const stateful = (over: Parameters<typeof complete>[0]) => complete({ kind: 'StatefulSet', ...over });
const daemon = (over: Parameters<typeof complete>[0]) => complete({ kind: 'DaemonSet', ...over });
const zero = { desired: 0, pods: [], status: { replicas: 0, updated: 0, available: 0 } };
const unready = pod('web-b', [container({ ready: false })]);

export const completeness: readonly Row[] = [
  ['complete', after(12, complete()), 'succeeded available'],
  ['an old pod is still there', after(12, complete({ status: { replicas: 3 } })), 'waiting progressing'],
  ['one is not new', after(12, complete({ status: { updated: 1 } })), 'waiting progressing'],
  ['one is not available', after(12, complete({ status: { available: 1 } })), 'waiting progressing'],
  ['complete, and paused since', after(12, complete({ paused: true })), 'succeeded available'],
  [
    'paused before anything happened',
    after(12, rolling([], { paused: true, status: { updated: 0 } })),
    'waiting paused',
  ],
  [
    'complete before the change was seen is of before',
    after(12, complete({ status: { observedGeneration: 4 } })),
    'waiting not-observed',
  ],
  [
    'complete, at a later generation',
    after(12, complete({ status: { observedGeneration: 9 } })),
    'succeeded available',
  ],
  ['complete, unhealthy before', after(12, complete(), { unhealthyBefore: 'It crashed.' }), 'succeeded available'],
  ['Recreate', after(12, complete({ strategy: 'Recreate' })), 'succeeded available'],
  [
    'Recreate, the old ones are gone and no new one is there',
    after(12, rolling([], { strategy: 'Recreate', status: { replicas: 0, updated: 0, available: 0 } })),
    'waiting progressing',
  ],
  ['no replicas, Deployment', after(12, complete(zero)), 'unproven scaled-to-zero'],
  [
    'no replicas, unseen',
    after(12, complete({ ...zero, status: { ...zero.status, observedGeneration: 4 } })),
    'waiting not-observed',
  ],
  ['no replicas, paused', after(12, complete({ ...zero, paused: true })), 'unproven scaled-to-zero'],
  ['no replicas, StatefulSet', after(12, stateful(zero)), 'unproven scaled-to-zero'],
  ['no node matches, DaemonSet', after(12, daemon(zero)), 'unproven scaled-to-zero'],
  ['StatefulSet', after(12, stateful({})), 'succeeded available'],
  ['StatefulSet, one is not new', after(12, stateful({ status: { updated: 1 } })), 'waiting progressing'],
  ['StatefulSet, one is not available', after(12, stateful({ status: { available: 1 } })), 'waiting progressing'],
  [
    'StatefulSet, partition, the upper one is new',
    after(12, stateful({ partition: 1, pods: [up('web-1')], status: { updated: 1 } })),
    'succeeded available',
  ],
  [
    'StatefulSet, partition, the upper one is not new',
    after(12, stateful({ partition: 1, pods: [], status: { updated: 0 } })),
    'waiting progressing',
  ],
  [
    'StatefulSet, partition, the upper one is not ready',
    after(12, stateful({ partition: 1, pods: [unready], status: { updated: 1, available: 1 } })),
    'waiting progressing',
  ],
  [
    'StatefulSet, partition, only the old one is not available',
    after(12, stateful({ partition: 1, pods: [up('web-1')], status: { updated: 1, available: 1 } })),
    'succeeded available',
  ],
  [
    'StatefulSet, all below the partition',
    after(12, stateful({ partition: 2, pods: [], status: { updated: 0 } })),
    'unproven partitioned',
  ],
  [
    'StatefulSet, partition beyond all',
    after(12, stateful({ partition: 99, pods: [], status: { updated: 0 } })),
    'unproven partitioned',
  ],
  [
    'StatefulSet, OnDelete',
    after(12, stateful({ strategy: 'OnDelete', pods: [], status: { updated: 0 } })),
    'unproven on-delete',
  ],
  [
    'StatefulSet, OnDelete, one was deleted by a user',
    after(12, stateful({ strategy: 'OnDelete', pods: [up('web-1')], status: { updated: 1 } })),
    'unproven on-delete',
  ],
  [
    'StatefulSet, OnDelete, one was deleted by a user and is not ready',
    after(12, stateful({ strategy: 'OnDelete', pods: [unready], status: { updated: 1, available: 1 } })),
    'unproven on-delete',
  ],
  [
    'StatefulSet, OnDelete, one was deleted by a user and is not ready by the deadline of its own',
    after(700, stateful({ strategy: 'OnDelete', pods: [unready], status: { updated: 1, available: 1 } })),
    'failed deadline-exceeded',
  ],
  [
    'StatefulSet, OnDelete, one was deleted long after the write and is not ready yet',
    after(
      700,
      stateful({
        strategy: 'OnDelete',
        pods: [{ ...unready, createdAt: at(600) }],
        status: { updated: 1, available: 1 },
      }),
    ),
    'unproven on-delete',
  ],
  [
    'StatefulSet, OnDelete, all were deleted by a user',
    after(12, stateful({ strategy: 'OnDelete' })),
    'succeeded available',
  ],
  [
    'StatefulSet, OnDelete, all new, one not available',
    after(12, stateful({ strategy: 'OnDelete', pods: [up('web-a'), unready], status: { available: 1 } })),
    'waiting progressing',
  ],
  ['DaemonSet', after(12, daemon({})), 'succeeded available'],
  ['DaemonSet, one node still has the old one', after(12, daemon({ status: { updated: 1 } })), 'waiting progressing'],
  ['DaemonSet, one is not available', after(12, daemon({ status: { available: 1 } })), 'waiting progressing'],
  ['DaemonSet, OnDelete', after(12, daemon({ strategy: 'OnDelete', status: { updated: 0 } })), 'unproven on-delete'],
  [
    'scaled up by an HPA in the middle',
    after(12, view(2, [up('web-a'), up('web-b'), unready], { desired: 3, status: { replicas: 3, updated: 3 } })),
    'waiting progressing',
  ],
];
