import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../lib/root.mjs';
import { exemptFiles, retired } from './retired-words.mjs';
import { trackedFiles } from './tracked-files.mjs';

/** The retired words in a text, as `line: "word", say better`. */
function retiredIn(text) {
  return text.split('\n').flatMap((line, index) => {
    return retired.flatMap(({ words, say }) => {
      const found = words.exec(line);
      return found ? [`${index + 1}: "${found[0]}", say: ${say}`] : [];
    });
  });
}

it('retired words stand in no file', () => {
  const files = trackedFiles('*.ts', '*.mjs', '*.md', '*.yaml', '*.yml');
  const found = files
    .filter((file) => !(file in exemptFiles) && basename(file) !== 'dictionary.ts')
    .flatMap((file) => retiredIn(readFileSync(join(root, file), 'utf8')).map((each) => `${file}:${each}`));
  expect(found).toEqual([]);
});

it.each(retired)('$example is reported with its line and a better word', ({ example, say }) => {
  expect(retiredIn(`const a = 1;\n// This ${example} here.\n`)).toContainEqual(
    expect.stringMatching(new RegExp(`^2: ".+", say: ${RegExp.escape(say)}$`, 'u')),
  );
});

it('plain words are not reported', () => {
  expect(retiredIn('POST the postponed check; look up the fix.')).toEqual([]);
});
