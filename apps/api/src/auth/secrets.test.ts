import { expect, it } from 'vitest';
import { matchesAny } from './secrets.ts';

it.each([
  [['one', 'two'], 'one', true],
  [['one', 'two'], 'two', true],
  [['one', 'two'], 'three', false],
  [['one'], 'on', false],
  [['one'], 'onee', false],
  [['one'], '', false],
  [[], 'one', false],
])('with the tokens %j the token %j matches: %s', (known, given, expected) => {
  expect(matchesAny(known)(given)).toBe(expected);
});
