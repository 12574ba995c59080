import type { ContainerFacts, Decision } from '../types.ts';

/** The same decision, or to wait where it would roll something out to a workload that is held. */
export function held({ hold }: ContainerFacts, decision: Decision): Decision {
  if (!hold || decision.action !== 'roll-out') return decision;
  const { container, message } = decision;
  return { container, action: 'none', code: 'on-hold', message: `${message} It waits: ${hold.message}` };
}
