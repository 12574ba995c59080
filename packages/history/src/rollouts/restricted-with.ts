import { toJson } from '../codec/json.ts';
import { hold as holdShape, quarantineList } from '../codec/restrictions.ts';
import type { NewEvent } from '../events/events-for.ts';
import { eventsForHold, eventsForQuarantine } from '../events/events-for.ts';
import { isQuarantined, withEntries } from '../restrictions/quarantine.ts';
import type { Hold, QuarantineEntry } from '../restrictions/types.ts';
import type { Claim } from './workload-claim.ts';

/** The quarantine and hold of a workload after a step. */
export interface Restricted {
  readonly quarantine: readonly QuarantineEntry[];
  /** Both fields, changed or not: the decision was based on them, so the write is guarded by them. */
  readonly fields: readonly (readonly [field: string, value: string | undefined])[];
  readonly events: readonly NewEvent[];
}

/** Adds quarantine entries and removes others, and replaces the hold if one is given; `none` ends it. */
export function restrictedWith(
  claim: Claim,
  added: readonly QuarantineEntry[],
  hold: Hold | 'none' | undefined,
  released: readonly QuarantineEntry[] = [],
): Restricted {
  const removed = claim.quarantine.filter((entry) => isQuarantined(released, entry));
  const quarantine = withEntries(
    claim.quarantine.filter((entry) => !removed.includes(entry)),
    added,
  );
  const isChanged = added.length > 0 || removed.length > 0;
  return {
    quarantine,
    fields: [
      ['quarantine', isChanged ? toJson(quarantineList, quarantine, 'quarantine') : undefined],
      ['hold', hold === 'none' ? '' : hold && toJson(holdShape, hold, 'hold')],
    ],
    events: [
      ...eventsForQuarantine('added', added),
      ...eventsForQuarantine('released', removed),
      ...eventsForHold(hold),
    ],
  };
}
