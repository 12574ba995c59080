import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { escapeText } from '@keelson/core';
import { apps, didYouMean, workloadOf } from './apps.ts';
import type { Branch, Change } from './push.ts';
import { branches } from './push.ts';

/** What the prompt's words do. `workload`: an API id, or undefined where none was typed. */
export interface Commands {
  readonly push: (branch: Branch, change: Change) => Promise<void>;
  readonly status: () => Promise<void>;
  readonly why: (workload?: string) => Promise<void>;
  readonly history: (workload?: string) => Promise<void>;
  readonly resume: (workload?: string) => Promise<void>;
  readonly rollback: (workload?: string) => Promise<void>;
  readonly release: (workload?: string) => Promise<void>;
  readonly check: (workload?: string) => Promise<void>;
}

/** The words that take an app, or nothing. */
const appWords = ['why', 'history', 'resume', 'rollback', 'release', 'check'] as const;
const words: readonly string[] = ['push', 'status', ...appWords, 'help', 'quit'];

export const help = `  push staging        commit a change and push it; also: push main
  push main --crash   commit a change that crashes in production
  status              both apps: page, image, and whether they are on hold
  why [app]           why an app runs what it runs
  history [app]       its rollouts, newest first
  check [app]         check the registry now
  rollback [app]      roll back to what worked before; without an app, myapp
  release [app]       take its images out of quarantine
  resume [app]        end its hold
  help, quit
  [app] is ${apps.join(' or ')}; without it, both.`;

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
    const [word = '', ...rest] = line.trim().split(/\s+/);
    if (word === 'quit' || word === 'exit') break;
    try {
      if (word === 'help') say(help);
      else if (word !== '') await run(commands, word, rest);
    } catch (error) {
      say(escapeText(error instanceof Error ? error.message : String(error)));
    }
  }
  lines.close();
}

/** @throws Error that says what is wrong with the line */
async function run(commands: Commands, word: string, rest: readonly string[]): Promise<void> {
  const appWord = appWords.find((each) => each === word);
  if (word === 'push') return push(commands, rest);
  if (word === 'status') return takesNothing(word, rest) ?? commands.status();
  if (appWord === undefined)
    throw new Error(`There is no command "${word}". ${didYouMean(word, words)} Type help for all.`);
  const [app, ...more] = rest;
  if (more.length > 0) throw new Error(`${word} takes one app, not "${rest.join(' ')}": ${apps.join(' or ')}`);
  await commands[appWord](app === undefined ? undefined : workloadOf(app));
}

function push(commands: Commands, rest: readonly string[]): Promise<void> {
  const options = rest.filter((each) => each.startsWith('-'));
  const [place, ...more] = rest.filter((each) => !each.startsWith('-'));
  const branch = branches.find((known) => known === place);
  if (!branch || more.length > 0) throw new Error(`push where? ${branches.join(' or ')}, for example: push staging`);
  const unknown = options.find((option) => option !== '--crash');
  if (unknown !== undefined) throw new Error(`push knows only --crash, not ${unknown}`);
  return commands.push(branch, options.length > 0 ? 'crash' : 'change');
}

function takesNothing(word: string, rest: readonly string[]): undefined {
  if (rest.length > 0) throw new Error(`${word} takes nothing, not "${rest.join(' ')}"`);
}
