import type { WorkloadId } from '@keelson/core';
import type { z } from 'zod';
import { checkRecord, digestRecord, fromJson, proofs as proofsShape, workloadRecord } from '../codec/json.ts';
import { hold, quarantineList, reverted } from '../codec/restrictions.ts';
import type { Context } from '../context.ts';
import type { DigestRecord, UnreadablePart, WorkloadState } from './types.ts';
import { wayBackWarnings } from './way-back.ts';

type Hash = Readonly<Record<string, string>>;

/** What follows when a part of a workload cannot be read. New rollouts are also refused by `begin` then. */
const consequences: Readonly<Record<UnreadablePart['part'], string>> = {
  check: 'The next check replaces it.',
  hold: 'Nothing new is rolled out until a user resumes the workload.',
  quarantine: 'Nothing new is rolled out until a user releases its digests.',
  reverted: 'It counts as missing.',
  digests: 'They count as missing, as after a loss of Redis.',
  proofs: 'They are requested again within the hour.',
};

/**
 * The workload in this hash; undefined without a record. A part that does not parse is reported to `onCorrupt`, left out, and named in
 * `unreadable`: one bad byte must neither hide a workload nor keep it from being checked.
 *
 * @throws HistoryError `corrupt` when the record itself does not parse.
 */
export function parseWorkload(context: Context, id: WorkloadId, hash: Hash): WorkloadState | undefined {
  if (hash.record === undefined) return undefined;
  const unreadable: UnreadablePart[] = [];
  const parsed = <Schema extends z.ZodType>(
    schema: Schema,
    json: string | undefined,
    part: UnreadablePart['part'],
    what: string = part,
  ): z.output<Schema> | undefined => {
    if (json === undefined) return undefined;
    try {
      return fromJson(schema, json, `${what} of ${id}`);
    } catch (error) {
      context.onCorrupt(error);
      unreadable.push({ part, message: `The ${what} in Redis cannot be read. ${consequences[part]}` });
      return undefined;
    }
  };

  const record = fromJson(workloadRecord, hash.record, `record of ${id}`);
  const check = parsed(checkRecord, hash.check, 'check');
  const onHold = parsed(hold, hash.hold, 'hold');
  const revert = parsed(reverted, hash.reverted, 'reverted', 'note of the last revert');
  const quarantine = parsed(quarantineList, hash.quarantine, 'quarantine');
  const digests: Record<string, DigestRecord> = {};
  for (const [field, json] of Object.entries(hash)) {
    if (!field.startsWith('d:')) continue;
    const container = field.slice(2);
    const known = parsed(digestRecord, json, 'digests', `digests of container ${container}`);
    if (known) digests[container] = known;
  }
  const proofs = parsed(proofsShape, hash.proofs, 'proofs', 'proofs of its last good images');
  const state: WorkloadState = {
    record,
    ...(check && { check }),
    digests,
    ...(hash.active !== undefined && { active: hash.active }),
    ...(hash.unproven !== undefined && { unproven: hash.unproven }),
    ...(hash.latest !== undefined && { latest: hash.latest }),
    quarantine: quarantine ?? [],
    ...(onHold && { hold: onHold }),
    ...(revert && { reverted: revert }),
    ...(hash.failuresAfter !== undefined && { failuresAfter: hash.failuresAfter }),
    ...(proofs && { proofs }),
    ...(unreadable.length > 0 && { unreadable }),
  };
  // Whether the last good image was seen lately depends on the time of reading.
  const warnings = wayBackWarnings(state, context.now());
  return warnings.length === 0
    ? state
    : { ...state, record: { ...record, warnings: [...record.warnings, ...warnings] } };
}
