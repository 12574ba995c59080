import { bounds } from '@keelson/core';
import { LRUCache } from 'lru-cache';
import { RE2Set } from 're2js';
import { patternSteps } from './pattern-steps.ts';

/** A pattern of a manifest. It is untrusted, so it runs in linear time (RE2), never as a JavaScript regular expression. */
export interface Pattern {
  /** True where any part of the text matches, as Go's MatchString. A text that is too long to be a name or a tag never matches. */
  test(text: string): boolean;
}

export type PatternReading =
  | { readonly pattern: Pattern; readonly problem?: never }
  /** `why` continues a sentence about the pattern, `advice` says what to do. */
  | { readonly pattern?: never; readonly problem: { readonly why: string; readonly advice: string } };

/** Compiled once and kept, refused ones too: a workload's annotations are read many times. */
const kept = new LRUCache<string, { readonly reading: PatternReading; readonly steps: number }>({
  max: bounds.patternsKept,
  maxSize: bounds.patternStepsKept,
  sizeCalculation: ({ steps }) => steps,
});

/**
 * The one way in which a text from outside becomes a pattern. Never throws. Refused is what would take long to compile or to match, and what RE2 does
 * not read.
 */
export function readPattern(text: string): PatternReading {
  if (text.length > bounds.patternChars) {
    const why = `which is longer than the ${bounds.patternChars} characters that a pattern may have`;
    return { problem: { why, advice: 'write a shorter one' } };
  }
  const known = kept.get(text);
  if (known) return known.reading;
  const steps = patternSteps(text);
  const reading = steps > bounds.patternSteps ? tooExpensive : compile(text);
  kept.set(text, { reading, steps: reading.pattern ? steps : 1 });
  return reading;
}

const tooExpensive: PatternReading = {
  problem: {
    why: 'which is too expensive, since its repetitions multiply',
    advice: `write one with lower counts or with "*": all of them together may make ${bounds.patternSteps} steps`,
  },
};

function compile(text: string): PatternReading {
  try {
    // A set of one, since only a set has a limit on what its automaton keeps of the texts that it saw.
    const set = new RE2Set(RE2Set.UNANCHORED, 0, bounds.patternBytes);
    set.add(text);
    set.compile();
    return { pattern: { test: (name) => name.length <= bounds.patternTextChars && set.match(name).length > 0 } };
  } catch {
    // The engine's own message is about syntax trees.
    return { problem: { why: 'which is not a regular expression (RE2)', advice: 'write for example "^app$"' } };
  }
}
