import type { Rollout } from '@keelson/history';
import { digestOf } from './values.ts';

/** An update of `ns/deployment/web` from digest a to digest b that is written and under verification. */
export function rollout(over: Partial<Rollout> = {}): Rollout {
  return {
    id: 'r00000001',
    workload: 'ns/deployment/web',
    changes: [
      {
        container: 'app',
        image: 'ghcr.io/me/web',
        from: { tag: 'latest', digest: digestOf('a') },
        to: { tag: 'latest', digest: digestOf('b') },
      },
    ],
    trigger: 'poll',
    code: 'new-digest',
    message: 'A push.',
    state: 'verifying',
    createdAt: 1_000,
    updatedAt: 1_000,
    transitions: [
      { state: 'pending', at: 1_000, code: 'new-digest' },
      { state: 'verifying', at: 1_000, code: 'written' },
    ],
    generation: 2,
    kind: 'update',
    ...over,
  };
}
