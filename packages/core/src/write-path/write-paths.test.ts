import { expect, it } from 'vitest';
import { isWritePathName, writePathFacts, writePathNames, writePaths } from './write-paths.ts';

it('keeps the letter of every write path in stored records', () => {
  const letters = Object.fromEntries(writePathNames.map((name) => [name, writePaths[name].letter]));

  expect(letters).toMatchObject({
    'image-pin': 'i',
    'template-annotation': 't',
    'flux-kustomization': 'k',
    'flux-helmrelease': 'r',
    'image-nudge': 'n',
    'flux-hold': 'h',
  });
});

it('gives each write path a lower-case letter of its own', () => {
  const letters = writePathNames.map((name) => writePaths[name].letter);

  expect(new Set(letters).size).toBe(letters.length);
  for (const letter of letters) expect(letter).toMatch(/^[a-z]$/);
});

it('knows no facts about a write path of a newer Keelson', () => {
  expect(isWritePathName('of-next-year')).toBe(false);
  expect(writePathFacts('of-next-year')).toBeUndefined();
  expect(writePathFacts('toString')).toBeUndefined();
});
