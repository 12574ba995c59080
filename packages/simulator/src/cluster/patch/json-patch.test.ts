import { describe, expect, it } from 'vitest';
import { jsonPatch } from './json-patch.ts';

const document = { a: { b: 'x', 'c/d': 1, 'e~f': 2 }, list: ['p', 'q', { r: 1 }] };

describe('JSON patch', () => {
  it.each([
    ['adds a field', [{ op: 'add', path: '/a/g', value: 3 }], { ...document, a: { ...document.a, g: 3 } }],
    [
      'inserts into a list',
      [{ op: 'add', path: '/list/1', value: 'n' }],
      { ...document, list: ['p', 'n', 'q', { r: 1 }] },
    ],
    [
      'adds at the end of a list',
      [{ op: 'add', path: '/list/-', value: 'n' }],
      { ...document, list: ['p', 'q', { r: 1 }, 'n'] },
    ],
    [
      'replaces in a list',
      [{ op: 'replace', path: '/list/2/r', value: 2 }],
      { ...document, list: ['p', 'q', { r: 2 }] },
    ],
    [
      'adds by replace what an object lacks',
      [{ op: 'replace', path: '/a/z', value: 1 }],
      { ...document, a: { ...document.a, z: 1 } },
    ],
    ['removes from a list', [{ op: 'remove', path: '/list/0' }], { ...document, list: ['q', { r: 1 }] }],
    [
      'reads escaped names',
      [
        { op: 'remove', path: '/a/c~1d' },
        { op: 'remove', path: '/a/e~0f' },
      ],
      { ...document, a: { b: 'x' } },
    ],
    ['moves', [{ op: 'move', from: '/a/b', path: '/b' }], { a: { 'c/d': 1, 'e~f': 2 }, b: 'x', list: document.list }],
    [
      'copies',
      [{ op: 'copy', from: '/list/2', path: '/list/0' }],
      { ...document, list: [{ r: 1 }, 'p', 'q', { r: 1 }] },
    ],
    [
      'tests and goes on',
      [
        { op: 'test', path: '/list/2', value: { r: 1 } },
        { op: 'add', path: '/t', value: 1 },
      ],
      { ...document, t: 1 },
    ],
    ['takes null for what is missing', [{ op: 'test', path: '/a/zz', value: null }], document],
  ])('%s', (_what, patch, expected) => {
    expect(jsonPatch(document, patch)).toEqual(expected);
  });

  it.each([
    ['a failed test', [{ op: 'test', path: '/a/b', value: 'y' }]],
    ['a removal of what is not there', [{ op: 'remove', path: '/a/zz' }]],
    ['a path through what is not there', [{ op: 'add', path: '/zz/b', value: 1 }]],
    ['an index past the end', [{ op: 'replace', path: '/list/3', value: 1 }]],
    ['an index with a leading zero', [{ op: 'replace', path: '/list/01', value: 1 }]],
    ['an unknown operation', [{ op: 'frob', path: '/a' }]],
  ])('refuses %s with 422', (_what, patch) => {
    expect(() => jsonPatch(document, patch)).toThrow(expect.objectContaining({ code: 422 }));
  });

  it('refuses an object with 400, and leaves the document as it was', () => {
    expect(() => jsonPatch(document, { a: 1 })).toThrow(expect.objectContaining({ code: 400 }));
    expect(document.list).toHaveLength(3);
  });
});
