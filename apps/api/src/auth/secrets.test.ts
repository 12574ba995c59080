import { expect, it } from 'vitest';
import { findMatch, sha256Of } from './secrets.ts';

it.each([
  [['one', 'two'], 'one', 'one'],
  [['one', 'two'], 'two', 'two'],
  [['one', 'two'], 'three', undefined],
  [['one'], 'on', undefined],
  [['one'], 'onee', undefined],
  [['one'], '', undefined],
  [[], 'one', undefined],
])('with the tokens %j the token %j matches %s', (secrets, given, expected) => {
  const known = secrets.map((secret) => ({ sha256: sha256Of(secret), value: secret }));

  expect(findMatch(known, given)).toBe(expected);
});
