import { bounds, keptMessage } from '@keelson/core';
import type { Hold, QuarantineEntry } from '../restrictions/types.ts';
import type { HistoryEvent } from '../types.ts';

/** A message as an event has it. */
export const clipEvent = (message: string): string => keptMessage(message, bounds.eventChars);

/** An event about the workload that a script writes; the script adds its id, time and workload. */
export type NewEvent = Pick<HistoryEvent, 'type' | 'rollout' | 'name' | 'message'>;

export function eventsForQuarantine(name: 'added' | 'released', entries: readonly QuarantineEntry[]): NewEvent[] {
  return entries.map(({ rollout, message }) => ({
    type: 'quarantine',
    ...(rollout !== undefined && { rollout }),
    name,
    message: clipEvent(message),
  }));
}

/** `none`: the hold ended. */
export function eventsForHold(hold: Hold | 'none' | undefined): NewEvent[] {
  if (hold === 'none') return [{ type: 'hold', name: 'resumed' }];
  return hold === undefined ? [] : [{ type: 'hold', name: hold.code, message: clipEvent(hold.message) }];
}
