import type { Rollout } from '../rollouts/types.ts';

/** How long an update that ended counts, in milliseconds. */
export const waveWindowMs = 10 * 60_000;
/** Fewer workloads than this that fail together may be a coincidence. */
export const waveLeast = 5;
/** For how many failed, and how many succeeded. */
export const waveSentence = `%d workloads failed their rollout within ${waveWindowMs / 60_000} minutes, and %d succeeded: this looks like the cluster, not like the images. Nothing new is rolled out anywhere until somebody resumes.`;

/** How a rollout's end counts: of updates, blamed failures and what pods were seen to run. */
export function countsAs(
  { kind, state }: Rollout,
  { blamed, proven }: { readonly blamed: boolean; readonly proven: boolean },
): 'failed' | 'succeeded' | '' {
  if (kind === 'rollback') return '';
  if (state === 'failed' && blamed) return 'failed';
  return state === 'succeeded' && proven ? 'succeeded' : '';
}
