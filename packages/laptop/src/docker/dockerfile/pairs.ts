import type { Variables } from './words.ts';
import { expand, WordError, words } from './words.ts';

/**
 * The pairs of ENV, LABEL and ARG: `A=1 "b c"='d e'`, or the old form of one pair, `A all the rest`. Every value sees the variables as they were
 * before the instruction, as Docker has it.
 *
 * @throws WordError
 */
export function pairs(text: string, variables: Variables, escapeChar?: string): readonly (readonly [string, string])[] {
  const old = /^([^\s="']+)\s+(.*)$/s.exec(text);
  if (old !== null) {
    const [, name = '', rest = ''] = old;
    return [[expand(name, variables, escapeChar), expand(rest, variables, escapeChar)]];
  }
  return words(text, variables, escapeChar).map((word) => {
    const equals = word.indexOf('=');
    if (equals < 1) throw new WordError(`${JSON.stringify(word)} is not of the form NAME=VALUE.`);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}
