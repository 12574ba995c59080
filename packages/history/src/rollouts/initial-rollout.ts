import { clipText } from '../codec/clip.ts';
import { isDigest } from '../codec/json.ts';
import { HistoryError } from '../errors.ts';
import { entriesAgainst } from '../restrictions/quarantine.ts';
import { startOf } from './id.ts';
import type { NewRollout, Rollout } from './types.ts';

/** Throws HistoryError `invalid` for what makes no sense. */
export function checked(rollout: NewRollout): NewRollout {
  const { changes, quarantine = [], unhealthyBefore } = rollout;
  const digests = changes.flatMap(({ from, to }) => [to.digest, ...(from.digest === undefined ? [] : [from.digest])]);
  if (changes.length === 0) throw new HistoryError('A rollout without a change cannot begin.', { code: 'invalid' });
  if (!digests.every(isDigest))
    throw new HistoryError('A rollout moves between sha256 digests only.', { code: 'invalid' });
  if (new Set(changes.map(({ container }) => container)).size < changes.length) {
    throw new HistoryError('A rollout changes each container once.', { code: 'invalid' });
  }
  if (entriesAgainst(quarantine, changes).length > 0) {
    throw new HistoryError('A rollout cannot put its own target into quarantine.', { code: 'invalid' });
  }
  return {
    ...rollout,
    message: clipText(rollout.message),
    ...(unhealthyBefore !== undefined && { unhealthyBefore: clipText(unhealthyBefore) }),
  };
}

/** Before it has an id, and with it a start. */
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

/** The id carries the start, so it is known only once the id is. */
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
