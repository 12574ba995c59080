import { clipText } from '../codec/clip.ts';
import type { Hold, QuarantineEntry } from '../restrictions/types.ts';
import type { HistoryEvent } from '../types.ts';

/** What a script tells of the workload that it writes. */
export type NewEvent = Pick<HistoryEvent, 'type' | 'rollout' | 'name' | 'message'>;

export function eventsForQuarantine(name: 'added' | 'released', entries: readonly QuarantineEntry[]): NewEvent[] {
  return entries.map(({ rollout, message }) => ({
    type: 'quarantine',
    ...(rollout !== undefined && { rollout }),
    name,
    message: clipText(message),
  }));
}

export function eventsForHold(hold: Hold | undefined): NewEvent[] {
  return hold === undefined ? [] : [{ type: 'hold', name: hold.code, message: clipText(hold.message) }];
}
