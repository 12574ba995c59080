import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { writePathNames, writePaths } from '../src/index.ts';

it('lists every write path in docs/rollback.md, with what it writes and how long that lasts', async () => {
  const text = await readFile(new URL('../../../docs/rollback.md', import.meta.url), 'utf8');
  const [, table = ''] = text.split('| write path | what it writes | lasts |\n| --- | --- | --- |\n');
  const [rows = ''] = table.split('\n\n');

  expect(rows.split('\n')).toEqual(
    writePathNames.map((name) => `| \`${name}\` | ${writePaths[name].writes} | ${writePaths[name].lasts} |`),
  );
});
