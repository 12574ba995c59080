import type { Rollout } from '../rollouts/types.ts';

/** How long the end of an update counts, in milliseconds. */
export const waveWindowMs = 10 * 60_000;
/** New rollouts stop when at least this many workloads failed within the window, and more failed than succeeded: those of their namespace, or all. */
export const waveMinimum = 5;
/**
 * All stop only where in so many namespaces more fail than succeed, with as many repositories, and in more than the others: what the workloads of one
 * tenant do stops nobody else (law 17).
 */
export const waveSeveral = 3;
/** So many failures of one namespace count towards all: neither a thousand failures nor a thousand successes of a tenant hide what fails elsewhere. */
const waveMostOfOne = 2;
/** And where they are at least this part, one in so many, of the namespaces that are followed: a few tenants together stop few others. */
export const waveShare = 4;

const within = `their rollout within ${waveWindowMs / 60_000} minutes`;
/** Formats of Lua's `string.format`. */
const messageOfAll = `%d workloads in %d namespaces failed ${within}, and %d succeeded: the cause is probably the cluster, not the images. No new rollout starts for any workload until a user resumes.`;
const messageOfOne = `%d workloads of namespace %s failed ${within}, and %d succeeded: the cause is probably the namespace, not the images. No new rollout starts there until a user resumes.`;

/** The rule, as `wave.lua` reads it, for a rollout that failed with an image of this repository. */
export function waveRule(repository: string): readonly (string | number)[] {
  return [repository, waveWindowMs, waveMinimum, waveSeveral, waveMostOfOne, waveShare, messageOfAll, messageOfOne];
}

/** How the end of a rollout counts: only updates do, failures that are blamed on the image, and successes. */
export function countsAs(
  { kind, state }: Rollout,
  { blamed }: { readonly blamed: boolean },
): 'failed' | 'succeeded' | '' {
  if (kind === 'rollback') return '';
  if (state === 'failed' && blamed) return 'failed';
  return state === 'succeeded' ? 'succeeded' : '';
}
