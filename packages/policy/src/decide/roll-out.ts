import type { Digest } from '@keelson/image';
import type { ContainerFacts, Decision } from '../types.ts';
import { message } from './message.ts';

/** The decision to move a container to what was pushed. `origin` says what `from` is, and stands right before it in the sentence. */
export function rollOut(
  facts: ContainerFacts,
  to: Digest,
  code: 'new-digest' | 'pushed-while-away',
  origin: string,
  from: Digest,
): Decision {
  return {
    container: facts.name,
    action: 'roll-out',
    code,
    message: message(facts, to, [origin, from]),
    move: { container: facts.name, from, to },
  };
}
