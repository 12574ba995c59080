import { bounds, keptMessage } from '@keelson/core';
import { keptEvidence } from '../codec/clip.ts';
import type { Evidence, Rollout, RolloutState, SoakBaseline, Transition } from './types.ts';

export interface Step {
  readonly to: RolloutState;
  readonly at: number;
  readonly code: string;
  readonly message?: string;
  readonly generation?: number;
  readonly evidence?: Evidence;
  readonly written?: Rollout['written'];
  readonly beside?: Rollout['beside'];
  readonly soak?: SoakBaseline;
}

/** The rollout after one more transition. */
export function step(rollout: Rollout, wanted: Step): Rollout {
  const { to, at, code, message, generation, evidence, written, beside, soak } = wanted;
  const transition = { state: to, at, code, ...(message !== undefined && { message: keptMessage(message) }) };
  return {
    ...rollout,
    state: to,
    updatedAt: at,
    transitions: bounded([...rollout.transitions, transition]),
    ...(generation !== undefined && { generation }),
    ...(evidence !== undefined && { evidence: keptEvidence(evidence) }),
    ...(written !== undefined && { written }),
    ...(beside !== undefined && Object.keys(beside).length > 0 && { beside: some(beside) }),
    ...(soak !== undefined && { soak }),
  };
}

/** A pod may have any number of containers, and a workload pods with any number of images. */
function some(beside: NonNullable<Rollout['beside']>): NonNullable<Rollout['beside']> {
  const kept = Object.entries(beside).slice(0, bounds.containers);
  return Object.fromEntries(kept.map(([container, images]) => [container, images.slice(0, alike)]));
}

/** Of steps alike, the first and so many of the last are kept. */
const alike = 5;

/** Leaves out the middle ones of many equal steps: what the first, the last and each kind of step say is kept. */
function bounded(steps: readonly Transition[]): readonly Transition[] {
  if (steps.length <= bounds.steps) return steps;
  const kindOf = ({ state, code }: Transition): string => `${state} ${code}`;
  return [...Map.groupBy(steps, kindOf).values()]
    .flatMap((same) => (same.length > alike ? [...same.slice(0, 1), ...same.slice(-alike)] : same))
    .sort((a, b) => steps.indexOf(a) - steps.indexOf(b));
}
