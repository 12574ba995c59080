import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../lib/root.mjs';
import { unreadMembers } from './unread-members.mjs';

const declared = 'export interface Answer { one: string; two: string }\nexport declare const answer: Answer;\n';
const init = 'interface Init { method: string }\ndeclare const init: Init;\n';

const unread = [
  ['no code reads it', ''],
  ['it is only assigned to', 'answer.two = answer.one;'],
  ['an object is only made with it', "const made: Answer = { one: '', two: '' };\nconsole.log(made.one);"],
  ['another type has a member of that name', 'const other = { two: 1 };\nconsole.log(other.two);'],
  ['its value becomes a type that nobody reads either', 'export const b: { two: string } = answer;'],
  ['a type is selected by it', 'export type Both = Extract<Answer, { two: string }>;'],
];

const read = [
  ['a name', 'console.log(answer.two);'],
  ['a name in brackets', "console.log(answer['two']);"],
  ['destructuring', 'const { two } = answer;\nconsole.log(two);'],
  ['a parameter with a default', 'const f: (a?: Answer) => void = ({ two } = answer) => console.log(two);\nf();'],
  ['the operator in', "console.log('two' in answer);"],
  ['a value that becomes any', 'console.log(JSON.stringify([{ answer }]));'],
  ['a value that becomes another type', 'const b: { two: string } = answer;\nconsole.log(b.two);'],
  ['a spread into another type', 'const b: { two: string } = { ...answer };\nconsole.log(b.two);'],
  ['keyof', 'export type Name = keyof Answer;'],
  ['satisfies', "export const all = { a: { one: '', two: '' } } satisfies Record<string, Answer>;"],
  ['a type of a library', `${init}console.log(answer.two, fetch('http://127.0.0.1', init));`],
];

const fileOf = (title) => `packages/a/src/${title.replaceAll(' ', '-')}.ts`;
const files = {
  'package.json': '{ "type": "module" }',
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, noEmit: true, target: 'es2024', module: 'nodenext', types: ['node'] },
    include: ['packages'],
  }),
  ...Object.fromEntries([...unread, ...read].map(([title, code]) => [fileOf(title), declared + code])),
  'packages/a/src/used.ts': declared,
  'packages/a/src/used.test.ts': "import { answer } from './used.js';\nconsole.log(answer.two);",
  'packages/simulator/src/used.ts': declared,
  'packages/simulator/src/used.test.ts': "import { answer } from './used.js';\nconsole.log(answer.two);",
};

let tree;
let found;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'keelson-members-'));
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), text);
  }
  found = unreadMembers(tree).map(({ at, member }) => `${at} ${member}`);
});

afterAll(() => rmSync(tree, { recursive: true }));

it.each(unread)('unread members: reports a member when %s', (title) => {
  expect(found).toContain(`${fileOf(title)}:1 Answer.two`);
});

it.each(read)('unread members: accepts %s as a read', (title) => {
  expect(found.filter((line) => line.startsWith(fileOf(title)) && !line.endsWith('.one'))).toEqual([]);
});

it('unread members: counts what tests read only in packages that tests are made with', () => {
  expect(found).toContain('packages/a/src/used.ts:1 Answer.two');
  expect(found).not.toContain('packages/simulator/src/used.ts:1 Answer.two');
});
