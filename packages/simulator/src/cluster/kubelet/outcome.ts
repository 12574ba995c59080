import type { Pod } from '../objects/pod.ts';

/** What a simulated container of an image does. */
export const outcomes = [
  'ready',
  /** Ready after `sh.keelson.after`. */
  'slow',
  /** Runs, never ready. */
  'unready',
  /** Ready, and unready after `sh.keelson.after`. */
  'flap',
  /** Exits 1 at once, each time. */
  'crash',
  /** Ready, exits 1 after `sh.keelson.after`, each time. */
  'late-crash',
  /** Killed at once for its memory, each time. */
  'oom',
  /** Exits 0. */
  'complete',
  /** Cannot be created: its configuration is missing. */
  'config-error',
  /** Cannot be started: its program is missing. */
  'no-start',
] as const;
export type Outcome = (typeof outcomes)[number];

/** The image labels that decide it, that say when (milliseconds), and that hold the container's log. */
export const outcomeLabel = 'sh.keelson.outcome';
export const afterLabel = 'sh.keelson.after';
export const logLabel = 'sh.keelson.log';

const afterMs = 300;

export type DecideOutcome = (image: string, pod: Pod) => Outcome;

/** The outcome in the label. Without one a server becomes ready, and a container that ends by itself completes. */
export function outcomeOf(label: string | undefined, endsByItself: boolean): Outcome {
  const said = outcomes.find((outcome) => outcome === label);
  return said ?? (endsByItself ? 'complete' : 'ready');
}

/** Milliseconds in the label. @default 300 */
export function afterOf(label: string | undefined): number {
  return label !== undefined && /^\d+$/.test(label) ? Number(label) : afterMs;
}
