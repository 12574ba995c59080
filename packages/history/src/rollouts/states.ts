import type { RolloutState } from './types.ts';

/** Whether a rollout in this state is under way, so that it still claims its workload. */
export function isUnderWay(state: RolloutState): boolean {
  return state === 'pending' || state === 'verifying';
}
