import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { HELP, prompt } from './prompt.ts';

/** What was done and said for these lines, in order. */
async function after(...lines: readonly string[]): Promise<readonly string[]> {
  const told: string[] = [];
  const tell = async (text: string): Promise<void> => void told.push(text);
  const commands = {
    push: async (branch: string, change: string) => {
      if (change === 'crash') throw new Error('git says no');
      await tell(`push ${branch} ${change}`);
    },
    history: () => tell('history'),
    workloads: () => tell('workloads'),
  };
  const input = Readable.from(lines.map((line) => `${line}\n`));
  await prompt({ commands, say: (text) => told.push(text), signal: new AbortController().signal, input });
  return told;
}

it.each([
  ['push staging', 'push staging version'],
  ['  push   main ', 'push main version'],
  ['history', 'history'],
  ['workloads', 'workloads'],
  ['push nothing', 'push where? main or staging, for example: push staging'],
  ['push', 'push where? main or staging, for example: push staging'],
  ['push main --cras', 'push knows only --crash, not --cras'],
  ['push main --crash', 'git says no'],
  ['frobnicate', HELP],
])('at "%s": %s', async (line, told) => {
  expect(await after(line)).toEqual([told]);
});

it('says nothing to an empty line', async () => {
  expect(await after('', ' ')).toEqual([]);
});

it.each(['quit', 'exit'])('ends at "%s"', async (word) => {
  expect(await after('history', word, 'workloads')).toEqual(['history']);
});

it('ends when it is told to', async () => {
  const stopping = new AbortController();
  const never = new Readable({ read: () => undefined });
  const commands = { push: async () => undefined, history: async () => undefined, workloads: async () => undefined };
  const prompting = prompt({ commands, say: () => undefined, signal: stopping.signal, input: never });

  stopping.abort();

  await expect(prompting).resolves.toBeUndefined();
});
