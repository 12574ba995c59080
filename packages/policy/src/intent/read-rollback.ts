import { nearest } from '../nearest.ts';
import type { Intent } from '../types.ts';
import type { Setting } from './find-settings.ts';
import type { Reading } from './reading.ts';
import { fine, odd } from './reading.ts';

const WORDS: readonly Intent['rollback'][] = ['auto', 'hold', 'off'];

/**
 * What follows from a failed rollout. Whoever wrote something here that cannot be read did not want to leave it at the default, and may
 * have meant to forbid a rollback: after a database migration the old image can do more harm than the new one. So nothing is put back by
 * a guess, and nothing more is rolled out onto the failure: `hold`, which a person ends with one command.
 */
export function readRollback(setting: Setting | undefined): Reading<Intent['rollback']> {
  if (!setting) return fine('auto');
  const read = WORDS.find((word) => word === setting.value);
  if (read) return fine(read);
  const meant = nearest(setting.value, WORDS);
  const why =
    'which is none of "auto", "hold" and "off"; a failed rollout is left as it is and nothing more is rolled out';
  return odd(setting, 'hold', why, `write ${meant ? `"${meant}"` : 'one of them'}`);
}
