import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installDigest, workspaceFolders } from './stamp.mjs';

let root;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'keelson-stamp-'));
  write('package.json', '{}');
  write('pnpm-lock.yaml', 'lockfileVersion: 9');
  write('packages/image/package.json', '{}');
  write('apps/api/package.json', '{}');
  write('apps/myapp/production.yaml', 'kind: Deployment');
});

afterEach(() => rmSync(root, { recursive: true }));

function write(file, text) {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

it('the stamp covers the packages; a folder without package.json is none', () => {
  expect(workspaceFolders(root)).toEqual(['apps/api', 'packages/image']);
});

it.each([
  ['pnpm-lock.yaml', 'lockfileVersion: 10'],
  ['package.json', '{"name": "other"}'],
  ['packages/image/package.json', '{"dependencies": {}}'],
  ['packages/new/package.json', '{}'],
  ['scripts/package.json', '{}'],
  ['.npmrc', 'save-exact=true'],
])('another %s needs an install', (file, text) => {
  const before = installDigest(root);

  write(file, text);

  expect(installDigest(root)).not.toBe(before);
});

it('another platform needs an install, another source file does not', () => {
  const before = installDigest(root, 'linux x64');

  write('packages/image/src/index.ts', 'export {};');

  expect(installDigest(root, 'linux x64')).toBe(before);
  expect(installDigest(root, 'darwin arm64')).not.toBe(before);
});
