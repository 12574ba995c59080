import { expect, it } from 'vitest';
import { mergePatch } from './merge-patch.ts';

it.each([
  [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
  [{ a: { b: 1, c: 2 } }, { a: { b: null } }, { a: { c: 2 } }],
  [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
  [{ a: 'text' }, { a: { b: 1, gone: null } }, { a: { b: 1 } }],
  [{ a: { b: 1 } }, { a: null }, {}],
])('RFC 7386: %j with %j is %j', (document, patch, expected) => {
  expect(mergePatch(document, patch)).toEqual(expected);
});
