import { keptMessage } from '@keelson/core';
import { isDigest } from '../codec/json.ts';
import { HistoryError } from '../errors.ts';
import { entriesAgainst } from '../restrictions/quarantine.ts';
import { startOf } from './id.ts';
import type { NewRollout, Rollout } from './types.ts';

/** Checks a new rollout and shortens its messages. @throws HistoryError `invalid`. */
export function checked(rollout: NewRollout): NewRollout {
  const { changes, quarantine = [], unhealthyBefore } = rollout;
  const digests = changes.flatMap(({ from, to }) => [to.digest, ...(from.digest === undefined ? [] : [from.digest])]);
  if (changes.length === 0) throw new HistoryError('A rollout needs at least one change.', { code: 'invalid' });
  if (!digests.every(isDigest))
    throw new HistoryError('The digests of a rollout must be sha256 digests.', { code: 'invalid' });
  if (new Set(changes.map(({ container }) => container)).size < changes.length) {
    throw new HistoryError('A rollout must not change a container twice.', { code: 'invalid' });
  }
  if (entriesAgainst(quarantine, changes).length > 0) {
    throw new HistoryError('A rollout must not quarantine its own target.', { code: 'invalid' });
  }
  return {
    ...rollout,
    message: keptMessage(rollout.message),
    ...(unhealthyBefore !== undefined && { unhealthyBefore: keptMessage(unhealthyBefore) }),
  };
}

/** The pending rollout, without an id and without times: a script assigns the id. */
export function initialRollout(wanted: NewRollout): Rollout {
  const { workload, changes, trigger, code, message, kind = 'update', rollbackOf, unhealthyBefore } = wanted;
  return {
    id: '',
    workload,
    changes,
    trigger,
    code,
    message,
    state: 'pending',
    createdAt: 0,
    updatedAt: 0,
    transitions: [{ state: 'pending', at: 0, code }],
    generation: 0,
    kind,
    ...(rollbackOf !== undefined && { rollbackOf }),
    ...(unhealthyBefore !== undefined && { unhealthyBefore }),
  };
}

/** The rollout with its id, and with the start that the id contains. */
export function withId(id: string, rollout: Rollout): Rollout {
  const at = startOf(id);
  return {
    ...rollout,
    id,
    createdAt: at,
    updatedAt: at,
    transitions: rollout.transitions.map((transition) => ({ ...transition, at })),
  };
}
