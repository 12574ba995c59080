import { randomInt } from 'node:crypto';

/** Without vowels, so that no words appear, and without similar characters (apimachinery, util/rand). */
export const safeCharacters = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters, as `generateName` and ReplicaSets add them. */
export function randomSuffix(): string {
  let result = '';
  for (let i = 0; i < 5; i += 1) result += safeCharacters[randomInt(safeCharacters.length)];
  return result;
}
