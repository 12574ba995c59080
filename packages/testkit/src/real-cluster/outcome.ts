import { OUTCOMES } from '../cluster/kubelet/outcome.ts';

const outcomes = [...OUTCOMES, 'nopull'] as const;

/** What becomes of a container: the word in its image's label `sh.keelson.outcome`; `nopull` when there is no such image. */
export type Outcome = (typeof outcomes)[number];

export function isOutcome(value: unknown): value is Outcome {
  return outcomes.some((outcome) => outcome === value);
}
