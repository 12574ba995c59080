import type { PodEvidence } from '../types.ts';

/** A reason why a rollout fails (`fail`), or why it cannot be judged now (`block`). */
export interface Signal {
  readonly effect: 'fail' | 'block';
  /** Stable, kebab-case: the code of the verdict. */
  readonly code: string;
  readonly message: string;
  readonly evidence?: PodEvidence;
  /** How long it is tolerated, in milliseconds; 0: not at all. */
  readonly graceMs: number;
  /** When the pod was created, in milliseconds since the epoch: the grace starts no earlier. */
  readonly podCreatedAt?: number;
}
