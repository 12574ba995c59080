import type { Instruction } from '../dockerfile/instruction.ts';
import { mistake } from '../dockerfile/instruction.ts';
import type { Variables } from '../dockerfile/words.ts';
import { words } from '../dockerfile/words.ts';
import type { BuildContext } from './build-context.ts';

/**
 * The values that an ARG declares: of `--build-arg`, else its default, else, within a stage, of the ARG of that name before the first FROM.
 * One without a value is declared and empty, and left out here.
 */
export function argValues(
  instruction: Instruction,
  variables: Variables,
  { buildArgs, globalArgs }: BuildContext,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const word of words(instruction.text, { ...variables }, instruction.escapeChar)) {
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    if (!/^[A-Za-z_]\w*$/.test(name)) throw mistake(instruction, `${JSON.stringify(name)} is no name for an ARG.`);
    const value = buildArgs.get(name) ?? (equals === -1 ? globalArgs.get(name) : word.slice(equals + 1));
    if (value !== undefined) found.set(name, value);
  }
  return found;
}
