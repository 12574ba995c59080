import type { ContainerFacts, Decision, Observation } from '../types.ts';
import { message } from './message.ts';
import { rollOut } from './roll-out.ts';

/**
 * The decision where the live object carries no digest: what counts is what its pods run. That is so at first sight, after Redis was lost,
 * and after somebody applied the manifest again without Keelson's digest.
 *
 * Where something else was rolled out or found before, what pods pulled by themselves since was verified by nobody: it is rolled out, so that
 * it is, and goes back where it fails. At first sight there is nothing to go back to.
 */
export function compareRunning(facts: ContainerFacts, observation: Observation): Decision {
  const { name: container, rolledOut, running } = facts;
  const { digest, relatedDigests } = observation;
  if (rolledOut !== undefined) return rollOut(facts, digest, 'new-digest', 'Keelson last rolled out ', rolledOut);
  if (running.length === 0) {
    const why = 'and no pod reports an image yet; pods that start pull the tag themselves';
    return { container, action: 'adopt', code: 'nothing-runs', message: message(facts, digest, why) };
  }
  const other = running.find((candidate) => candidate !== digest && !relatedDigests?.includes(candidate));
  if (other === undefined) {
    const why = 'which is what the pods run';
    return { container, action: 'adopt', code: 'already-running', message: message(facts, digest, why) };
  }
  if (relatedDigests === undefined) {
    const why = ['the pods run ', other, ', which may be the same image for one platform'] as const;
    return {
      container,
      action: 'need-related-digests',
      code: 'related-digests-needed',
      message: message(facts, digest, why),
    };
  }
  return rollOut(facts, digest, 'pushed-while-away', 'the pods run ', other);
}
