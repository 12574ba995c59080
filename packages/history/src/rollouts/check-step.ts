import { HistoryError } from '../errors.ts';
import type { History } from '../types.ts';
import { isUnderWay } from './states.ts';
import type { Rollout } from './types.ts';

/** Throws HistoryError `invalid` for a step that no rollout takes. */
export function checkStep(before: Rollout, { to, soak, consequences }: Parameters<History['transition']>[1]): void {
  if (!isUnderWay(before.state) && isUnderWay(to)) {
    throw new HistoryError(`Rollout ${before.id} is at its end (${before.state}) and has no claim to be ${to}.`, {
      code: 'invalid',
    });
  }
  // The newest of no pods is no time, and could not be read again.
  if (soak && !Object.values(soak).every(Number.isFinite)) {
    throw new HistoryError(`A soak mark of rollout ${before.id} is no time.`, { code: 'invalid' });
  }
  // One failure has its consequences once (law 8).
  if (consequences && !(to === 'failed' && isUnderWay(before.state))) {
    throw new HistoryError(
      `Only the failure of rollout ${before.id} has consequences, not its way from ${before.state} to ${to}.`,
      { code: 'invalid' },
    );
  }
}
