import type { Pod } from '../objects/pod.ts';

/** What becomes of a container that runs this image. */
export const OUTCOMES = [
  'ready',
  /** Ready after `sh.keelson.after`. */
  'slow',
  /** Runs, never ready. */
  'unready',
  /** Ready, and after `sh.keelson.after` no more. */
  'flap',
  /** Exits 1 at once, each time. */
  'crash',
  /** Ready, exits 1 after `sh.keelson.after`, each time. */
  'late-crash',
  /** Killed at once for its memory, each time. */
  'oom',
  /** Exits 0. */
  'complete',
  /** Cannot be made: what it is configured by is not there. */
  'config-error',
  /** Cannot be started: its program is not there. */
  'no-start',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The image labels that decide it, that say when (milliseconds), and that hold the container's log. */
export const OUTCOME_LABEL = 'sh.keelson.outcome';
export const AFTER_LABEL = 'sh.keelson.after';
export const LOG_LABEL = 'sh.keelson.log';

const AFTER_MS = 300;

export type DecideOutcome = (image: string, pod: Pod) => Outcome;

/** A label that says nothing: servers run on, jobs end well. */
export function outcomeOf(label: string | undefined, endsByItself: boolean): Outcome {
  const said = OUTCOMES.find((outcome) => outcome === label);
  return said ?? (endsByItself ? 'complete' : 'ready');
}

/** Milliseconds that the label says; 300 where it says none. */
export function afterOf(label: string | undefined): number {
  return label !== undefined && /^\d+$/.test(label) ? Number(label) : AFTER_MS;
}
