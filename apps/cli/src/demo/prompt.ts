import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { Branch, Change } from './push.ts';
import { BRANCHES } from './push.ts';

export interface Commands {
  readonly push: (branch: Branch, change: Change) => Promise<void>;
  readonly history: () => Promise<void>;
  readonly workloads: () => Promise<void>;
}

export const HELP = `Or type here:  push staging   ·   push main   ·   push main --crash   ·   history   ·   workloads   ·   quit`;

export interface PromptOptions {
  readonly commands: Commands;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
  readonly input: Readable;
}

/** Reads commands until `quit`, the end of input, or a signal. */
export async function prompt({ commands, say, signal, input }: PromptOptions): Promise<void> {
  const lines = createInterface({ input });
  signal.addEventListener('abort', () => lines.close(), { once: true });
  for await (const line of lines) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'quit' || word === 'exit') break;
    try {
      if (!(await run(commands, word ?? '', rest))) say(HELP);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  }
  lines.close();
}

async function run(commands: Commands, word: string, rest: readonly string[]): Promise<boolean> {
  if (word === 'history') await commands.history();
  else if (word === 'workloads') await commands.workloads();
  else if (word === 'push') {
    const branch = BRANCHES.find((known) => known === rest[0]);
    if (!branch) throw new Error(`push where? ${BRANCHES.join(' or ')}, for example: push staging`);
    const unknown = rest.slice(1).find((option) => option !== '--crash');
    if (unknown !== undefined) throw new Error(`push knows only --crash, not ${unknown}`);
    await commands.push(branch, rest.includes('--crash') ? 'crash' : 'version');
  } else return word === '';
  return true;
}
