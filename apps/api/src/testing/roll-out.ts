import type { History, NewRollout, Rollout } from '@keelson/history';
import { beginNew } from './begin-new.ts';

/** How far a rollout gets. */
export type End = 'pending' | 'verifying' | 'succeeded' | 'failed';

/** A rollout, from its beginning up to there. */
export async function rollOut(history: History, wanted: NewRollout, end: End = 'succeeded'): Promise<Rollout> {
  const rollout = await beginNew(history, wanted);
  if (end === 'pending') return rollout;
  const written = { uid: 'uid-1', template: 'abc', path: 'image-pin' };
  const moved = await history.transition(rollout.id, { from: ['pending'], to: 'verifying', code: 'written', written });
  const last =
    end === 'verifying'
      ? moved
      : await history.transition(rollout.id, {
          from: ['verifying'],
          to: end,
          code: 'verdict',
          message: 'By its pods.',
        });
  if (!last) throw new Error('The rollout was moved by another caller.');
  return last;
}
