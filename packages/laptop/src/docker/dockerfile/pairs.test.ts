import { describe, expect, it } from 'vitest';
import { pairs } from './pairs.ts';

describe('pairs', () => {
  it.each([
    ['A=1', [['A', '1']]],
    [
      'A=1 B="x y" C=\'$X\'',
      [
        ['A', '1'],
        ['B', 'x y'],
        ['C', '$X'],
      ],
    ],
    [
      'A=$X B=$A',
      [
        ['A', 'value'],
        ['B', ''],
      ],
    ],
    ['A=', [['A', '']]],
    ['A all the  rest', [['A', 'all the  rest']]],
    ['URL=http://x/?a=b', [['URL', 'http://x/?a=b']]],
    ['"org.example name"=x', [['org.example name', 'x']]],
  ])('pairs reads %s', (text, expected) => {
    expect(pairs(text, { X: 'value' })).toEqual(expected);
  });

  it.each(['A', '=1', 'A=1 B'])('pairs refuses %s', (text) => {
    expect(() => pairs(text, {})).toThrow('is not of the form NAME=VALUE');
  });
});
