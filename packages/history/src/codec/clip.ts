import type { Evidence } from '../rollouts/types.ts';

const messageChars = 1_000;
const logChars = 4_000;

/** Shortens a message to 1,000 characters, from its end. */
export function clipText(text: string): string {
  return text.length > messageChars ? `${text.slice(0, messageChars - 1)}…` : text;
}

/** Shortens the message, and the log to its last 4,000 characters: the reason of a failure is at its end. */
export function clipEvidence(evidence: Evidence): Evidence {
  const { message, log } = evidence;
  return {
    ...evidence,
    ...(message !== undefined && { message: clipText(message) }),
    ...(log !== undefined && log.length > logChars && { log: `…${log.slice(1 - logChars)}` }),
  };
}
