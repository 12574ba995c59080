import { describe, expect, it } from 'vitest';
import { expand, words } from './words.ts';

const variables = { A: 'one', EMPTY: '', PATH: '/bin', SPACED: 'a  b' };

describe('expand', () => {
  it.each([
    ['$A', 'one'],
    [`\${A}`, 'one'],
    [`x\${A}y`, 'xoney'],
    ['$A/$A', 'one/one'],
    ['$MISSING', ''],
    [`\${MISSING}`, ''],
    [`\${MISSING:-or}`, 'or'],
    [`\${EMPTY:-or}`, 'or'],
    [`\${A:-or}`, 'one'],
    [`\${A:+if}`, 'if'],
    [`\${EMPTY:+if}`, ''],
    [`\${MISSING:+if}`, ''],
    [`\${MISSING:-\${A}}`, 'one'],
    [`\${MISSING:-a b}`, 'a b'],
    ['\\$A', '$A'],
    [`\\\${A}`, `\${A}`],
    ["'$A'", '$A'],
    ['"$A"', 'one'],
    ['"\\$A"', '$A'],
    ['"\\n"', '\\n'],
    ['costs 5$', 'costs 5$'],
    ['$SPACED', 'a  b'],
    ['/x:$PATH', '/x:/bin'],
  ])('expand turns %s into %j', (text, expected) => {
    expect(expand(text, variables)).toBe(expected);
  });

  it.each([
    ["it's", "a ' is never closed."],
    ['"x', 'a " is never closed.'],
    [`\${A`, 'is not known here'],
    [`\${A:-x`, 'never closed'],
    [`\${A%x}`, 'is not known here'],
    [`\${}`, 'followed by no name'],
  ])('expand refuses %s', (text, why) => {
    expect(() => expand(text, variables)).toThrow(why);
  });

  it("expand uses the file's own escape character", () => {
    expect(expand('`$A \\$A', variables, '`')).toBe('$A \\one');
  });
});

describe('words', () => {
  it.each([
    ['a  b\tc', ['a', 'b', 'c']],
    ['a\\ b c', ['a b', 'c']],
    ['"a b"c d', ['a bc', 'd']],
    ["K='x y' L=2", ['K=x y', 'L=2']],
    ['$SPACED x', ['a  b', 'x']],
    ['', []],
  ])('words splits %s', (text, expected) => {
    expect(words(text, variables)).toEqual(expected);
  });
});
