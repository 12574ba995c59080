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
])('%j lets in %j: %s', (known, given, expected) => {
  expect(matchesAny(known)(given)).toBe(expected);
});
