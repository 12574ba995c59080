import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../lib/root.mjs';
import { trackedFiles } from './tracked-files.mjs';

const tag = /\(laws? (?<numbers>\d[\d, and]*)\)/gu;
/** At the end of a string, as in a test's title. */
const titleTag = new RegExp(`${tag.source}['"\`]`, 'gu');

const numbersIn = (text, pattern) =>
  [...text.matchAll(pattern)].flatMap(({ groups }) => groups.numbers.match(/\d+/gu).map(Number));

function lawsIn(text) {
  const [, section] = text.split(/^## Laws$/mu);
  return [...section.split(/^## /mu)[0].matchAll(/^(?<number>\d+)\. /gmu)].map(({ groups }) => Number(groups.number));
}

const read = (file) => readFileSync(join(root, file), 'utf8');
const laws = lawsIn(read('ARCHITECTURE.md'));
const tests = trackedFiles('*.test.ts', 'packages/*/test/*.ts');
const tagged = new Set(tests.flatMap((file) => numbersIn(read(file), titleTag)));

it('laws are numbered from 1', () => {
  expect(laws).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));
});

it.each(laws)('law %i has a test that carries its number', (law) => {
  expect([...tagged]).toContain(law);
});

it('every tag names a law', () => {
  const wrong = trackedFiles('*.ts', '*.mjs', '*.md').filter((file) =>
    numbersIn(read(file), tag).some((number) => !laws.includes(number)),
  );
  expect(wrong).toEqual([]);
});

it('a tag may name several laws, and counts at the end of a title', () => {
  const text = `it('starts once (laws 4, 7 and 8)', () => {}); // as law 9 says (law 10)`;
  expect(numbersIn(text, titleTag)).toEqual([4, 7, 8]);
  expect(numbersIn(text, tag)).toEqual([4, 7, 8, 10]);
});
