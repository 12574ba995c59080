import type { History, NewRollout, Rollout } from '@keelson/history';

/** Begins what was not written yet. */
export async function beginNew(history: Pick<History, 'begin'>, wanted: NewRollout): Promise<Rollout> {
  const { rollout } = await history.begin(wanted);
  if (!rollout) throw new Error('Nothing began: it was written already.');
  return rollout;
}
