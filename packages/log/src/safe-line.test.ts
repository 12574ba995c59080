import { expect, it } from 'vitest';
import { createLogger } from './create-logger.ts';

function logged(fields: object, message = 'x') {
  const lines: string[] = [];
  createLogger({ level: 'info', name: 'a', destination: { write: (line) => lines.push(line) } }).info(fields, message);
  return lines.join('');
}

it.each([
  ['a field', { message: 'redis://:hunter2@cache' }],
  ['a field of a field', { a: { b: ['Authorization: Bearer hunter2'] } }],
  ['a field with a secret name, however deep', { a: { b: { c: { d: { password: 'hunter2' } } } } }],
  ['an error', { err: new Error('password=hunter2') }],
  ['the cause of an error', { err: new Error('x', { cause: new Error('https://a.example/?sig=hunter2') }) }],
  ['what is thrown and is no error', { err: 'token=hunter2' }],
  ['an error with a code', { err: Object.assign(new Error('postgres://u:hunter2@db'), { code: 'a' }) }],
])('a line holds no secret in the text of %s (law 12)', (_, fields) => {
  expect(logged(fields)).not.toContain('hunter2');
  expect(logged(fields)).toContain('[secret]');
});

it('a line holds no secret in its message (law 12)', () => {
  expect(logged({}, 'npm ERR! //npm.example/:_authToken=hunter2')).not.toContain('hunter2');
});

it.each(['\u001B[2K', '\u009B2K', '\u007F', '\u202E', '\u2066', '\u200B', '\u2028', '\u{E0041}', '\uD800'])(
  'a line shows %j of others escaped, and stays one line (law 17)',
  (nasty) => {
    const line = logged({ workload: `a\n${nasty}`, err: new Error(nasty) }, nasty);

    expect(line).not.toContain(nasty);
    expect(line.trimEnd()).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(JSON.parse(line).workload).toMatch(/^a\n\\[xu]/);
  },
);
