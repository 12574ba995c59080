import { expect, it } from 'vitest';
import { fits } from './match.ts';
import { any, commitPlaceholder, numberPlaceholder, slugPlaceholder } from './pipeline.ts';

it.each([
  [`dev-${slugPlaceholder}`, 'dev-fix-1', { slug: 'fix-1' }],
  [`dev-${slugPlaceholder}`, 'main', undefined],
  [`${slugPlaceholder}-${commitPlaceholder}`, 'main-0123abc', { slug: 'main' }],
  [`v${numberPlaceholder}.${any}`, 'v1.x', {}],
  [`v${numberPlaceholder}.${any}`, 'v1x', undefined],
  ['a/b.c', 'a/b.c', {}],
  ['a/b.c', 'a/bxc', undefined],
])('the name %j is compared with %s', (pattern, written, expected) => {
  expect(fits(pattern, written)).toEqual(expected);
});

it('a name with many variables is compared at once (law 17)', () => {
  // A backtracking engine takes years for this.
  expect(fits(`${`${any}-`.repeat(20)}b`, '-'.repeat(200))).toBeUndefined();
  expect(fits(commitPlaceholder.repeat(20), `${'a'.repeat(250)}-`)).toBeUndefined();
  expect(fits(any.repeat(100), 'a')).toBeUndefined();
});
