import { clipEvidence, clipText } from '../codec/clip.ts';
import type { Evidence, Rollout, RolloutState } from '../types.ts';

export interface Step {
  readonly to: RolloutState;
  readonly at: number;
  readonly code: string;
  readonly message?: string;
  readonly generation?: number;
  readonly evidence?: Evidence;
}

/** The rollout after one more transition. */
export function step(rollout: Rollout, { to, at, code, message, generation, evidence }: Step): Rollout {
  const transition = { state: to, at, code, ...(message !== undefined && { message: clipText(message) }) };
  return {
    ...rollout,
    state: to,
    updatedAt: at,
    transitions: [...rollout.transitions, transition],
    ...(generation !== undefined && { generation }),
    ...(evidence !== undefined && { evidence: clipEvidence(evidence) }),
  };
}
