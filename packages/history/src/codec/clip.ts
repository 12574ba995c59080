import { bounds, keptLog, keptMessage, keptMessageLines } from '@keelson/core';
import type { Evidence } from '../rollouts/types.ts';

/** Shortens a message from its end. */
export function clipText(text: string, most: number = bounds.messageChars): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Masks and shortens every text, the log to its last characters: the reason of a failure is at its end (law 12). */
export function keptEvidence({ pod, container, reason, message, log, ...numbers }: Evidence): Evidence {
  return {
    ...(pod !== undefined && { pod: clipText(pod) }),
    ...(container !== undefined && { container: clipText(container) }),
    ...(reason !== undefined && { reason: keptMessage(reason) }),
    ...(message !== undefined && { message: keptMessageLines(message) }),
    ...numbers,
    ...(log !== undefined && { log: keptLog(log) }),
  };
}
