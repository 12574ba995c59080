import { expect, it } from 'vitest';
import { commandsOf } from './shell.ts';

it.each([
  ['docker push x', [['docker', 'push', 'x']]],
  [
    'cd app && docker push x',
    [
      ['cd', 'app'],
      ['docker', 'push', 'x'],
    ],
  ],
  ['a; b | c || d', [['a'], ['b'], ['c'], ['d']]],
  ['docker build \\\n  -t "a b" .', [['docker', 'build', '-t', 'a b', '.']]],
  ['docker build \\ -t x .', [['docker', 'build', '-t', 'x', '.']]],
  [`echo 'a && b' "c;d"`, [['echo', 'a && b', 'c;d']]],
  ['# docker push x\ndocker push y', [['docker', 'push', 'y']]],
  ['docker push x # and more', [['docker', 'push', 'x']]],
  ['docker push a/$(basename $PWD):1', [['docker', 'push', 'a/$(basename $PWD):1']]],
  ['echo "never closed', [['echo', 'never closed']]],
  ['', []],
])('commandsOf splits %j', (script, commands) => {
  expect(commandsOf(script)).toEqual(commands);
});
