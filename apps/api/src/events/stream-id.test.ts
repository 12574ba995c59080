import { expect, it } from 'vitest';
import { isAfter } from './stream-id.ts';

it.each([
  ['2-0', '1-9', true],
  ['1-10', '1-9', true],
  ['10-0', '9-0', true],
  ['1-1', '1-1', false],
  ['1-0', '1-1', false],
  ['9-9', '10-0', false],
  ['5', '5-0', false],
  ['5-1', '5', true],
])('isAfter of %s and %s returns %s', (id, other, expected) => {
  expect(isAfter(id, other)).toBe(expected);
});
