import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { listSources } from './support/list-sources.ts';

const read = (path: string) => readFile(fileURLToPath(new URL(path, import.meta.url)), 'utf8');

/** Codes of warnings that only a running Keelson gives, from what it reads in the cluster. */
const live = new Set([
  'entry-breaks-owner',
  'flux-on-hold',
  'image-never-pulled',
  'list-hidden',
  'may-be-reverted',
  'more-warnings',
  'owner-disproven',
  'owner-unknown',
  'still-pinned',
  'way-back-at-risk',
]);

it('docs/lint.md has an entry for each code of a finding, and no other', async () => {
  const sources = (
    await Promise.all((await listSources()).filter((file) => !file.endsWith('/lint-error.ts')).map(read))
  ).join('\n');
  const own = [...sources.matchAll(/(?:finding\(\s*|code: )'([a-z]+(?:-[a-z]+)+)'/g)].map(([, code = '']) => code);
  const warnings = tableCodes((await read('../../../docs/annotations.md')).split('## Warnings')[1] ?? '');
  const documented = tableCodes((await read('../../../docs/lint.md')).split('## doctor')[0] ?? '');
  const expected = new Set([...own, ...warnings.filter((code) => !live.has(code))]);

  expect(own.length).toBeGreaterThan(30);
  expect([...new Set(documented)].sort()).toEqual([...expected].sort());
});

/** The codes in the first column of tables. */
function tableCodes(text: string): string[] {
  return [...text.matchAll(/^\| (`[a-z`, -]+`) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, code = '']) => code),
  );
}
