import type { RolloutState } from './types.ts';

/** Whether a rollout in this state is under way, so that it still claims its workload. */
export function isUnderWay(state: RolloutState): boolean {
  return state === 'pending' || state === 'verifying';
}

/** Whether nothing becomes of a rollout in this state any more. An unproven one has not ended: it is verified when pods run it. */
export function hasEnded(state: RolloutState): boolean {
  return !isUnderWay(state) && state !== 'unproven';
}
