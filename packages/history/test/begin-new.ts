import type { BeginResult, History, NewRollout, Rollout } from '../src/index.ts';

type Begun = Exclude<BeginResult, { readonly outcome: 'done' }>;

/** Begins what was not written yet. */
export async function beginNew(history: Pick<History, 'begin'>, wanted: NewRollout): Promise<Begun> {
  const result = await history.begin(wanted);
  if (result.outcome === 'done') throw new Error('Nothing began: it was written already.');
  return result;
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
  if (ended === undefined) throw new Error('Somebody else moved it.');
  return ended;
}
