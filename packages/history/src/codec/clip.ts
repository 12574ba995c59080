import type { Evidence } from '../rollouts/types.ts';

const messageChars = 1_000;
const logChars = 4_000;

/** The beginning of a sentence or message. */
export function clipText(text: string): string {
  return text.length > messageChars ? `${text.slice(0, messageChars - 1)}…` : text;
}

/** A log's end tells why it ended. */
export function clipEvidence(evidence: Evidence): Evidence {
  const { message, log } = evidence;
  return {
    ...evidence,
    ...(message !== undefined && { message: clipText(message) }),
    ...(log !== undefined && log.length > logChars && { log: `…${log.slice(1 - logChars)}` }),
  };
}
