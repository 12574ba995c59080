import { toJson } from '../codec/json.ts';
import { hold as holdShape, quarantineList } from '../codec/marks.ts';
import type { Told } from '../events/told.ts';
import { toldOfHold, toldOfQuarantine } from '../events/told.ts';
import { withEntries } from '../marks/quarantine.ts';
import type { Hold, QuarantineEntry } from '../marks/types.ts';
import type { Claim } from './workload-claim.ts';

/** A workload's quarantine and hold, as a step leaves them. */
export interface Marked {
  readonly quarantine: readonly QuarantineEntry[];
  /** Both, whether they change or not: what was decided from them has to hold when it is written. */
  readonly fields: readonly (readonly [field: string, value: string | undefined])[];
  readonly told: readonly Told[];
}

/** With these entries, and with this hold in place of the one that there is, if one is given. */
export function markedWith(claim: Claim, added: readonly QuarantineEntry[], hold: Hold | undefined): Marked {
  const quarantine = withEntries(claim.quarantine, added);
  return {
    quarantine,
    fields: [
      ['quarantine', added.length === 0 ? undefined : toJson(quarantineList, quarantine, 'quarantine')],
      ['hold', hold && toJson(holdShape, hold, 'hold')],
    ],
    told: [...toldOfQuarantine('added', added), ...toldOfHold(hold)],
  };
}
