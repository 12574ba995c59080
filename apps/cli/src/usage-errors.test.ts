import { expect, it } from 'vitest';
import { program } from './program.ts';
import { exitCodeOf } from './usage-errors.ts';

/** What `keelson` prints for these arguments, and its exit code. */
async function keelson(...args: readonly string[]) {
  const cli = program();
  let printed = '';
  const write = (text: string) => {
    printed += text;
  };
  for (const each of [cli, ...cli.commands]) each.configureOutput({ writeErr: write, writeOut: write });
  const error = await cli.parseAsync(args, { from: 'user' }).catch((thrown: unknown) => thrown);
  return { code: exitCodeOf(error), printed };
}

it.each([
  [['demo', '--nope'], /unknown option '--nope'[\s\S]*Usage: keelson demo/],
  [['demo', 'nope'], /too many arguments[\s\S]*Usage: keelson demo/],
  [['up', '--nope'], /unknown option '--nope'[\s\S]*Usage: keelson up/],
  [['off'], /missing required argument[\s\S]*Usage: keelson off/],
  [['check'], /missing required argument[\s\S]*Usage: keelson check/],
  [['why', 'a', 'b'], /too many arguments[\s\S]*Usage: keelson why/],
  [['lint', '--fail-on', 'much'], /Allowed choices are error, warning, info[\s\S]*Usage: keelson lint/],
  [['lint', '--for', 'flux'], /Allowed choices are keel, keelson[\s\S]*Usage: keelson lint/],
  [['doctor', 'a', 'b'], /too many arguments[\s\S]*Usage: keelson doctor/],
  [['new-app'], /missing required argument[\s\S]*Usage: keelson new-app/],
  [['nope'], /unknown command 'nope'[\s\S]*Usage: keelson /],
  [[], /Usage: keelson /],
])('keelson %j says how it is called, and ends with 2', async (args, message) => {
  expect(await keelson(...args)).toEqual({ code: 2, printed: expect.stringMatching(message) });
});

it.each([[['--help']], [['off', '--help']], [['help', 'lint']]])('keelson %j ends with 0', async (args) => {
  expect(await keelson(...args)).toEqual({ code: 0, printed: expect.stringMatching(/^Usage: keelson/) });
});
