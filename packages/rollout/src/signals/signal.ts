import type { PodEvidence } from '../types.ts';

/** Something that speaks against a rollout (`fail`), or for leaving it undecided (`hold`). */
export interface Signal {
  readonly effect: 'fail' | 'hold';
  /** Stable, kebab-case: the code of the verdict. */
  readonly code: string;
  readonly message: string;
  readonly evidence?: PodEvidence;
  /** How long it is let be, in ms; 0 counts at once. */
  readonly graceMs: number;
  /** When the pod that tells was created, in ms since the epoch: the grace starts no earlier. */
  readonly bornAt?: number;
}
