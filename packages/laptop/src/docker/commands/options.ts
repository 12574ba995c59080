import type { ParseArgsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import { RefusedError } from '../docker-error.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads a command's arguments; refuses options that are not in the table, since one that does nothing must not pass for done. */
export function readOptions<const T extends Options>(command: string, args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const why = error.message.split('. ')[0] ?? '';
    const known = Object.keys(options)
      .map((name) => `--${name}`)
      .join(', ');
    throw new RefusedError(`docker ${command}: ${why}. The laptop's docker knows ${known} here.`, { cause: error });
  }
}
