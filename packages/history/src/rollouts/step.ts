import { clipEvidence, clipText } from '../codec/clip.ts';
import type { Evidence, Rollout, RolloutState, SoakBaseline } from './types.ts';

export interface Step {
  readonly to: RolloutState;
  readonly at: number;
  readonly code: string;
  readonly message?: string;
  readonly generation?: number;
  readonly evidence?: Evidence;
  readonly written?: Rollout['written'];
  readonly soak?: SoakBaseline;
}

/** The rollout after one more transition. */
export function step(rollout: Rollout, wanted: Step): Rollout {
  const { to, at, code, message, generation, evidence, written, soak } = wanted;
  const transition = { state: to, at, code, ...(message !== undefined && { message: clipText(message) }) };
  return {
    ...rollout,
    state: to,
    updatedAt: at,
    transitions: [...rollout.transitions, transition],
    ...(generation !== undefined && { generation }),
    ...(evidence !== undefined && { evidence: clipEvidence(evidence) }),
    ...(written !== undefined && { written }),
    ...(soak !== undefined && { soak }),
  };
}
