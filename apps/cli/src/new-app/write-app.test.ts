import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeApp } from './write-app.ts';

const files = [
  { path: 'app/src/main.js', content: Buffer.from('one'), mode: 0o644 },
  { path: 'run.sh', content: Buffer.from('two'), mode: 0o755 },
];
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'keelson-write-app-'));
  await mkdir(join(root, 'apps'));
  await writeFile(join(root, 'list.yaml'), 'before');
});
afterEach(() => rm(root, { recursive: true }));

it('writeApp writes the files and the change', async () => {
  await writeApp({ folder: join(root, 'apps/shop'), files, changed: { path: join(root, 'list.yaml'), text: 'after' } });

  expect(await readFile(join(root, 'apps/shop/app/src/main.js'), 'utf8')).toBe('one');
  expect((await stat(join(root, 'apps/shop/run.sh'))).mode & 0o777).toBe(0o755);
  expect(await readFile(join(root, 'list.yaml'), 'utf8')).toBe('after');
  expect(await readdir(join(root, 'apps'))).toEqual(['shop']);
});

it('writeApp leaves nothing behind when the change cannot be written', async () => {
  const changed = { path: join(root, 'nowhere/list.yaml'), text: 'after' };

  await expect(writeApp({ folder: join(root, 'apps/shop'), files, changed })).rejects.toThrow(/ENOENT/);

  expect(await readdir(join(root, 'apps'))).toEqual([]);
});

it('writeApp does not touch a folder that was created meanwhile', async () => {
  await mkdir(join(root, 'apps/shop'));
  await writeFile(join(root, 'apps/shop/mine'), 'mine');
  const changed = { path: join(root, 'list.yaml'), text: 'after' };

  await expect(writeApp({ folder: join(root, 'apps/shop'), files, changed })).rejects.toThrow(/ENOTEMPTY|EEXIST/);

  expect(await readdir(join(root, 'apps'), { recursive: true })).toEqual(['shop', 'shop/mine']);
  expect(await readFile(join(root, 'list.yaml'), 'utf8')).toBe('before');
});
