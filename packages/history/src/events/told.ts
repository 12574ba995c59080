import { clipText } from '../codec/clip.ts';
import type { Hold, QuarantineEntry } from '../marks/types.ts';
import type { HistoryEvent } from '../types.ts';

/** What a script tells of the workload that it writes. */
export type Told = Pick<HistoryEvent, 'type' | 'rollout' | 'name' | 'message'>;

export function toldOfQuarantine(name: 'added' | 'released', entries: readonly QuarantineEntry[]): Told[] {
  return entries.map(({ rollout, message }) => ({
    type: 'quarantine',
    ...(rollout !== undefined && { rollout }),
    name,
    message: clipText(message),
  }));
}

export function toldOfHold(hold: Hold | undefined): Told[] {
  return hold === undefined ? [] : [{ type: 'hold', name: hold.code, message: clipText(hold.message) }];
}
