import type { History, NewRollout, Rollout } from '@keelson/history';

/** Begins what was not written yet. */
export async function beginNew(history: Pick<History, 'begin'>, wanted: NewRollout): Promise<Rollout> {
  const begun = await history.begin(wanted);
  if (begun.outcome === 'created' || begun.outcome === 'exists') return begun.rollout;
  throw new Error(`Nothing began: ${begun.outcome}.`);
}
