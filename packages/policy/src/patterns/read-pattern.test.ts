import { bounds } from '@keelson/core';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, it } from 'vitest';
import { patternSteps } from './pattern-steps.ts';
import { readPattern } from './read-pattern.ts';

it.each(['^app$', 'a{0,31}', String.raw`^\pL+-[0-9a-f]{40}$`, '^main-[a-f0-9]{7,40}-(?P<ts>[0-9]{10,13})$'])(
  'the pattern %s is compiled once and kept',
  (text) => {
    const { pattern } = readPattern(text);
    expect(pattern).toBeDefined();
    expect(readPattern(text).pattern).toBe(pattern);
  },
);

it.each([
  ['counts in a row', '(.?){1000}'.repeat(50)],
  ['one count', '(.?){1000}'],
  ['nested counts', '((a{10}){10}){10}'],
  ['a nested count without an end', '((a{10,}){10,}){10,}'],
  ['counts of nothing', '(){1000}'.repeat(50)],
  ['classes of Unicode', String.raw`(?i)[\pL\pN]`.repeat(41)],
  ['a counted class of Unicode', String.raw`\pL{900}`],
  ['a count behind flags', 'a{0,100}(?i){100}'],
  ['a count behind quoted brackets', String.raw`\Q[\E(.?){500}`],
])('a pattern with %s is refused before it is compiled, each time with what to do (law 17)', (_, text) => {
  for (const { problem } of [readPattern(text), readPattern(text)]) {
    expect(problem?.why).toContain('too expensive');
    expect(problem?.advice).toContain('1000 steps');
  }
});

it('a pattern is not read past its bound of characters (law 17)', () => {
  expect(readPattern('a'.repeat(bounds.patternChars)).pattern?.test('a')).toBe(false);
  expect(readPattern('a'.repeat(bounds.patternChars + 1)).problem?.why).toContain('500 characters');
});

it('a text that is too long to be a name or a tag matches no pattern (law 17)', () => {
  expect(readPattern('a').pattern?.test('a'.repeat(bounds.patternTextChars + 1))).toBe(false);
});

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ab0(|)[]{}*+?.^$\\-:,'.split('')), maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          'a',
          'b',
          '.',
          '(',
          '(?:',
          '(?i)',
          '(?P<n>',
          ')',
          '|',
          '[',
          '[^',
          '[[:alpha:]]',
          ']',
          '{2}',
          '{0,3}',
          '{3,}',
        ],
        ...['{', '}', '*', '+?', '\\Q', '\\E', '\\', '\\d', '\\pL', '\\x{41}', '\\b', '^', '$', '-'],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

it('patternSteps is never less than what RE2 makes of a pattern (law 17)', () => {
  fc.assert(
    fc.property(text, (pattern) => {
      const program = compiled(pattern);
      expect(patternSteps(pattern)).toBeGreaterThanOrEqual(program?.programSize() ?? 0);
    }),
    { numRuns: 5_000 },
  );
});

it('a pattern matches the same texts as in Go', () => {
  fc.assert(
    fc.property(
      text,
      fc.string({ unit: fc.constantFrom(...'ab01A- é\n'.split('')), maxLength: 8 }),
      (pattern, name) => {
        const program = compiled(pattern);
        const { pattern: read } = readPattern(pattern);
        // One that is too expensive is not read.
        fc.pre(read !== undefined || program === undefined);
        expect(read?.test(name)).toBe(program?.test(name));
      },
    ),
    { numRuns: 2_000 },
  );
});

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}
