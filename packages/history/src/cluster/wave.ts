import type { Rollout } from '../rollouts/types.ts';

/** How long the end of an update counts, in milliseconds. */
export const waveWindowMs = 10 * 60_000;
/** All new rollouts stop when at least this many workloads failed within the window, and more failed than succeeded. */
export const waveMinimum = 5;
/** Message of the stop, a format of Lua's `string.format`: the number of workloads that failed, and that succeeded. */
export const waveMessage = `%d workloads failed their rollout within ${waveWindowMs / 60_000} minutes, and %d succeeded: the cause is probably the cluster, not the images. No new rollout starts for any workload until a user resumes.`;

/** How the end of a rollout counts: only updates do, failures that are blamed on the image, and successes. */
export function countsAs(
  { kind, state }: Rollout,
  { blamed }: { readonly blamed: boolean },
): 'failed' | 'succeeded' | '' {
  if (kind === 'rollback') return '';
  if (state === 'failed' && blamed) return 'failed';
  return state === 'succeeded' ? 'succeeded' : '';
}
