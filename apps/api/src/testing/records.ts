import type { NewRollout, WorkloadRecord } from '@keelson/history';

export const digestA = `sha256:${'a'.repeat(64)}` as const;
export const digestB = `sha256:${'b'.repeat(64)}` as const;
export const digestC = `sha256:${'c'.repeat(64)}` as const;

export const repository = 'registry.gitlab.com/cmunroe/ops/myapp';

/** The record of a workload with one container, named after it. */
export function workloadRecord(id: string, image = `${repository}:latest`): WorkloadRecord {
  const [namespace = '', kind = '', name = ''] = id.split('/');
  const colon = image.lastIndexOf(':');
  return {
    id,
    namespace,
    kind,
    name,
    uid: `uid-${name}`,
    policy: 'force',
    trigger: 'poll',
    schedule: 'every 1m',
    intervalMs: 60_000,
    owner: 'none',
    writePath: 'image-pin',
    containers: [{ name: 'myapp', image, repository: image.slice(0, colon), tag: image.slice(colon + 1) }],
    warnings: [],
  };
}

/** A rollout of `digestA` to `to`. */
export function newRollout(workload: string, to: typeof digestA = digestB): NewRollout {
  return {
    workload,
    changes: [
      {
        container: 'myapp',
        image: repository,
        from: { tag: 'latest', digest: digestA, commit: 'c0ffee', built: '2026-11-20T08:00:00Z' },
        to: { tag: 'latest', digest: to, commit: 'decade', built: '2026-11-20T08:15:00Z' },
      },
    ],
    trigger: 'poll',
    code: 'new-digest',
    message: 'The tag latest moved from aaaaaaaaaaaa to bbbbbbbbbbbb.',
  };
}

const packedDigest = 'A'.repeat(43);

/** A rollout with every field, as the history packs it before it deflates it. */
export function packedRollout(workload: string): readonly unknown[] {
  return [
    workload,
    'p',
    'new-digest',
    'm',
    [['myapp', 'i', ['latest', packedDigest, '~AAAA', 1_700_000_000, 'v', 's'], ['latest', packedDigest]]],
    [
      ['p', 0, 'new-digest'],
      ['v', 5, 'written'],
      ['f', 5, 'crash-loop', 'm'],
    ],
    3,
    { pod: 'p', container: 'c', reason: 'r', message: 'm', exitCode: 1, restarts: 1, log: 'l' },
    ['u', 't', 'image-pin'],
    [1, 1, 1],
    1,
    'u',
    { side: ['h'] },
  ];
}
