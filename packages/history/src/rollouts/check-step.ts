import { HistoryError } from '../errors.ts';
import type { History } from '../types.ts';
import { isUnderWay } from './states.ts';
import type { Rollout } from './types.ts';

/** @throws HistoryError `invalid` for a step that no rollout can take. */
export function checkStep(before: Rollout, { to, soak, consequences }: Parameters<History['transition']>[1]): void {
  const goesOn = before.state === 'unproven' && to === 'verifying';
  if (!isUnderWay(before.state) && isUnderWay(to) && !goesOn) {
    throw new HistoryError(`Rollout ${before.id} ended as ${before.state} and cannot become ${to}.`, {
      code: 'invalid',
    });
  }
  if (to === 'unproven' && before.state !== 'verifying') {
    throw new HistoryError(`Rollout ${before.id} is ${before.state}, so it cannot become unproven.`, {
      code: 'invalid',
    });
  }
  // The newest of no pods is not a time, and could not be read again.
  if (soak && !Object.values(soak).every(Number.isFinite)) {
    throw new HistoryError(`The soak baseline of rollout ${before.id} has a value that is not a time.`, {
      code: 'invalid',
    });
  }
  // A failure has consequences once (law 8).
  if (consequences && !(to === 'failed' && isUnderWay(before.state))) {
    throw new HistoryError(
      `Only the failure of rollout ${before.id} has consequences, not its transition from ${before.state} to ${to}.`,
      { code: 'invalid' },
    );
  }
}
