import { closestMatch } from 'leven';
import type { Branch } from './push.ts';
import { branches } from './push.ts';

/** The workload that each branch is rolled out to, by the API's id. */
export const workloads = {
  main: 'myapp/deployment/myapp',
  staging: 'myapp/deployment/myapp-staging',
} as const satisfies Record<Branch, string>;

/** The last part of a workload's id: what the screen and the prompt call it. */
export function shortName(workload: string): string {
  return workload.split('/').at(-1) ?? workload;
}

/** The words of the prompt for the two workloads. */
export const apps: readonly string[] = branches.map((branch) => shortName(workloads[branch]));

/**
 * The id of the workload that a word of the prompt names: `myapp`, `myapp-staging`, or the branch.
 *
 * @throws Error that names the nearest word
 */
export function workloadOf(word: string): string {
  const branch = branches.find((each) => word === each || word === shortName(workloads[each]));
  if (branch !== undefined) return workloads[branch];
  throw new Error(`There is no app "${word}". ${didYouMean(word, apps)}`);
}

/** The candidate nearest to a word, as "Did you mean"; all of them where none is near. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const maxDistance = Math.min(3, Math.max(1, Math.floor(word.length / 2)));
  const nearest = closestMatch(word, [...candidates], { maxDistance });
  return nearest === undefined ? `Known: ${candidates.join(', ')}.` : `Did you mean "${nearest}"?`;
}
