import type { ContainerFacts, Decision } from '../types.ts';

/** The same decision, or to wait where it would roll something out to a workload that is held. */
export function held({ held: hold }: ContainerFacts, decision: Decision): Decision {
  if (!hold || decision.action !== 'roll-out') return decision;
  const { container, sentence } = decision;
  return { container, action: 'none', code: 'held', sentence: `${sentence} It waits: ${hold.sentence}` };
}
