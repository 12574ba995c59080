import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export type Argument = string | number | Buffer;

export interface Script {
  readonly source: string;
  readonly sha: string;
}

/** Reads `NAME.lua` of a folder, after the parts that it shares with others. */
export function loadScript(folder: URL, ...names: readonly string[]): Script {
  const source = names.map((name) => readFileSync(new URL(`${name}.lua`, folder), 'utf8')).join('\n');
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

/** Runs a script by its hash, and sends its text when Redis does not know it (first use, after a restart). `call`: as the replies are wanted. */
export async function runScript(
  call: (command: 'EVALSHA' | 'EVAL', args: Argument[]) => Promise<unknown>,
  { source, sha }: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  const rest = [keys.length, ...keys, ...args];
  try {
    return await call('EVALSHA', [sha, ...rest]);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return await call('EVAL', [source, ...rest]);
  }
}
