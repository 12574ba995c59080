import { bounds } from '@keelson/core';
import type { Evidence } from '../rollouts/types.ts';

/** Shortens a message from its end. */
export function clipText(text: string, most: number = bounds.messageChars): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Shortens every text, and the log to its last characters: the reason of a failure is at its end. */
export function clipEvidence({ pod, container, reason, message, log, ...numbers }: Evidence): Evidence {
  const { logChars } = bounds;
  return {
    ...(pod !== undefined && { pod: clipText(pod) }),
    ...(container !== undefined && { container: clipText(container) }),
    ...(reason !== undefined && { reason: clipText(reason) }),
    ...(message !== undefined && { message: clipText(message) }),
    ...numbers,
    ...(log !== undefined && { log: log.length > logChars ? `…${log.slice(1 - logChars)}` : log }),
  };
}
