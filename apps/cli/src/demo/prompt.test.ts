import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { Commands } from './prompt.ts';
import { help, prompt } from './prompt.ts';

function recording(printed: string[]): Commands {
  const record = (word: string) => async (workload?: string) => void printed.push([word, workload].join(' ').trim());
  return {
    push: async (branch, change) => {
      if (change === 'crash') throw new Error('git says no');
      printed.push(`push ${branch} ${change}`);
    },
    status: record('status'),
    why: record('why'),
    history: record('history'),
    resume: record('resume'),
    rollback: record('rollback'),
    release: record('release'),
    check: record('check'),
  };
}

/** Every command that ran and every text that was printed for these lines, in order. */
async function after(...lines: readonly string[]): Promise<readonly string[]> {
  const printed: string[] = [];
  const input = Readable.from(lines.map((line) => `${line}\n`));
  const say = (text: string) => void printed.push(text);
  await prompt({ commands: recording(printed), say, signal: new AbortController().signal, input });
  return printed;
}

it.each([
  ['push staging', 'push staging change'],
  ['  push   main ', 'push main change'],
  ['status', 'status'],
  ['history', 'history'],
  ['history myapp-staging', 'history myapp/deployment/myapp-staging'],
  ['why', 'why'],
  ['why myapp', 'why myapp/deployment/myapp'],
  ['resume', 'resume'],
  ['resume main', 'resume myapp/deployment/myapp'],
  ['rollback staging', 'rollback myapp/deployment/myapp-staging'],
  ['release myapp', 'release myapp/deployment/myapp'],
  ['check myapp', 'check myapp/deployment/myapp'],
  ['help', help],
])('the prompt understands "%s"', async (line, printed) => {
  expect(await after(line)).toEqual([printed]);
});

it.each([
  ['push nothing', 'push where? main or staging, for example: push staging'],
  ['push', 'push where? main or staging, for example: push staging'],
  ['push main --cras', 'push knows only --crash, not --cras'],
  ['push main --crash', 'git says no'],
  ['resum', 'There is no command "resum". Did you mean "resume"? Type help for all.'],
  ['foo', expect.stringMatching(/^There is no command "foo"\. Known: push, status, why/)],
  ['frobnicate', expect.stringMatching(/^There is no command "frobnicate"\. Known: push, status, why/)],
  ['why myap', 'There is no app "myap". Did you mean "myapp"?'],
  ['why somethingelse', 'There is no app "somethingelse". Known: myapp, myapp-staging.'],
  ['why myapp staging', 'why takes one app, not "myapp staging": myapp or myapp-staging'],
  ['status myapp', 'status takes nothing, not "myapp"'],
])('the prompt says what is wrong with "%s"', async (line, message) => {
  expect(await after(line)).toEqual([message]);
});

it('the prompt says nothing to an empty line', async () => {
  expect(await after('', ' ')).toEqual([]);
});

it.each(['quit', 'exit'])('the prompt ends at "%s"', async (word) => {
  expect(await after('history', word, 'status')).toEqual(['history']);
});

it('the prompt names every command in its help', () => {
  expect(Object.keys(recording([])).filter((word) => !help.includes(`  ${word} `))).toEqual([]);
});

it('the prompt ends at the signal', async () => {
  const stopping = new AbortController();
  const never = new Readable({ read: () => undefined });
  const prompting = prompt({ commands: recording([]), say: () => undefined, signal: stopping.signal, input: never });

  stopping.abort();

  await expect(prompting).resolves.toBeUndefined();
});
