import type { Pod } from '../objects/pod.ts';

/** What becomes of a container that runs this image. */
export const OUTCOMES = ['ready', 'crash', 'unready', 'oom', 'config-error', 'complete'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The image label that decides it, and the one that holds the container's log. */
export const OUTCOME_LABEL = 'sh.keelson.outcome';
export const LOG_LABEL = 'sh.keelson.log';

export type DecideOutcome = (image: string, pod: Pod) => Outcome;

/** A label that says nothing: servers run on, jobs end well. */
export function outcomeOf(label: string | undefined, endsByItself: boolean): Outcome {
  const said = OUTCOMES.find((outcome) => outcome === label);
  return said ?? (endsByItself ? 'complete' : 'ready');
}
