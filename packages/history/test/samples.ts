import { createHash } from 'node:crypto';
import type { NewRollout, RolloutChange, WorkloadRecord } from '../src/index.ts';

type Digest = RolloutChange['to']['digest'];

export const image = 'registry.gitlab.com/cmunroe/ops/myapp';

export function hex(seed: string, length: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, length);
}

export function digest(seed: string): Digest {
  return `sha256:${hex(seed, 64)}`;
}

/** From one named build to another. */
export function change(from: string | undefined, to: string, more: Partial<RolloutChange> = {}): RolloutChange {
  return {
    container: 'app',
    image,
    from: from === undefined ? { tag: 'latest' } : { tag: 'latest', digest: digest(from), commit: hex(from, 40) },
    to: { tag: 'latest', digest: digest(to), commit: hex(to, 40), built: '2026-11-22T10:11:12Z' },
    ...more,
  };
}

export function rollout(from: string | undefined, to: string, workload = 'myapp/deployment/myapp'): NewRollout {
  return {
    workload,
    changes: [change(from, to)],
    trigger: 'poll',
    code: 'new-digest',
    message: `latest is now ${digest(to).slice(0, 19)}`,
  };
}

export function record(id: string, more: Partial<WorkloadRecord> = {}): WorkloadRecord {
  const [namespace = '', kind = '', name = ''] = id.split('/');
  return {
    id,
    namespace,
    kind,
    name,
    uid: hex(id, 36),
    policy: 'force',
    trigger: 'poll',
    schedule: 'every 1m',
    intervalMs: 60_000,
    owner: 'none',
    writePath: 'image-pin',
    containers: [{ name: 'app', image: `${image}:latest`, repository: image, tag: 'latest' }],
    warnings: [],
    ...more,
  };
}
