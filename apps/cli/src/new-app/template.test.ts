import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { renamed, renamedFiles } from './template.ts';

const naming = { name: 'shop', host: 'shop.example.com' };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-template-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.each([
  ['name: myapp-staging', 'name: shop-staging'],
  ['registry.example/ops/myapp:latest', 'registry.example/ops/shop:latest'],
  ['host: dev.myapp.com', 'host: dev.shop.example.com'],
  ['myapp.common', 'shop.common'],
  ['nothing', 'nothing'],
])('renamed turns "%s" into "%s"', (text, expected) => {
  expect(renamed(text, naming)).toBe(expected);
});

it('renamed does not replace its own replacements', () => {
  expect(renamed('myapp at myapp.com', { name: 'myapp2', host: 'new.myapp.com' })).toBe('myapp2 at new.myapp.com');
});

it('renamedFiles copies names, bytes and permissions, and no node_modules', async () => {
  const bytes = Buffer.from([0, 255, 195, 40, 10]);
  await mkdir(join(folder, 'app/node_modules/left'), { recursive: true });
  await writeFile(join(folder, 'app/node_modules/left/index.js'), 'myapp');
  await writeFile(join(folder, 'app/myapp.bin'), bytes);
  await writeFile(join(folder, 'run.sh'), 'é myapp');
  await chmod(join(folder, 'run.sh'), 0o755);

  const files = await renamedFiles(folder, naming);

  expect(files).toEqual([
    { path: 'app/shop.bin', content: bytes, mode: expect.any(Number) },
    { path: 'run.sh', content: Buffer.from('é shop'), mode: 0o755 },
  ]);
});
