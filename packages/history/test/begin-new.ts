import type { BeginResult, History, NewRollout, Rollout } from '../src/index.ts';

type Begun = Extract<BeginResult, { readonly outcome: 'created' | 'exists' }>;

/** Begins what was not written yet. */
export async function beginNew(history: Pick<History, 'begin'>, wanted: NewRollout): Promise<Begun> {
  const result = await history.begin(wanted);
  if (result.outcome === 'created' || result.outcome === 'exists') return result;
  throw new Error(`Nothing began: ${result.outcome}.`);
}

/** A rollout's whole life, from its beginning to the verdict. */
export async function finish(
  history: History,
  wanted: NewRollout,
  end: 'succeeded' | 'failed' = 'succeeded',
): Promise<Rollout> {
  const { rollout } = await beginNew(history, wanted);
  await history.transition(rollout.id, { from: ['pending'], to: 'verifying', code: 'written' });
  const ended = await history.transition(rollout.id, { from: ['verifying'], to: end, code: 'verdict' });
  if (ended === undefined) throw new Error('Another caller moved the rollout.');
  return ended;
}
