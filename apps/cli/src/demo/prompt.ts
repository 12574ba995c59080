import { createInterface } from 'node:readline/promises';
import type { Tag } from './push.ts';
import { TAGS } from './push.ts';

export interface Commands {
  push(tag: Tag, crash: boolean): Promise<void>;
  history(): Promise<void>;
  workloads(): Promise<void>;
}

export const HELP = `Try:  push latest   ·   push dev-staging   ·   push latest --crash   ·   history   ·   workloads   ·   quit`;

/** Reads commands until `quit`, the end of input, or a signal. */
export async function prompt(commands: Commands, say: (text: string) => void, signal: AbortSignal): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '' });
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
    const tag = TAGS.find((known) => known === rest[0]);
    if (!tag) throw new Error(`push what? ${TAGS.join(' or ')}, for example: push latest`);
    const unknown = rest.slice(1).find((option) => option !== '--crash');
    if (unknown !== undefined) throw new Error(`push knows only --crash, not ${unknown}`);
    await commands.push(tag, rest.includes('--crash'));
  } else return word === '';
  return true;
}
