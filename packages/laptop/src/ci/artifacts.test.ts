import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyArtifacts, isKept, readArtifacts } from './artifacts.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-artifacts-'));
  await mkdir(join(folder, 'to'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'from', name)), { recursive: true });
    await writeFile(join(folder, 'from', name), text);
  }
}

/** Copies what `artifacts` names, and lists the files that arrived. */
async function copied(artifacts: object, variables = {}): Promise<readonly string[]> {
  const read = readArtifacts(artifacts, variables);
  if (read !== undefined) await copyArtifacts(read, join(folder, 'from'), join(folder, 'to'));
  const entries = await readdir(join(folder, 'to'), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'to').length + 1))
    .sort();
}

describe('copyArtifacts', () => {
  it('copies files and whole folders with the folders above them, over what was there', async () => {
    await write({ 'dist/a/x.js': 'x', 'dist/a/.map': 'm', 'dist/b.js': 'b', 'dist/c.js': 'c', 'other.js': 'o' });
    await mkdir(join(folder, 'to/dist'));
    await writeFile(join(folder, 'to/dist/b.js'), 'old');

    expect(await copied({ paths: ['dist/a/', './dist/b.js'] })).toEqual(['dist/a/.map', 'dist/a/x.js', 'dist/b.js']);
    expect(await readFile(join(folder, 'to/dist/b.js'), 'utf8')).toBe('b');
  });

  it('copies what a glob matches, in hidden folders too', async () => {
    await write({ 'a.js': 'a', 'lib/b.js': 'b', '.cache/c.js': 'c', 'lib/b.css': 'b' });

    expect(await copied({ paths: ['**/*.js'] })).toEqual(['.cache/c.js', 'a.js', 'lib/b.js']);
  });

  it('leaves out what is excluded, what is missing and what lies outside of the checkout', async () => {
    await write({ 'dist/secret/key': 'k', 'dist/b.js': 'b' });
    await writeFile(join(folder, 'outside'), 'o');

    expect(await copied({ paths: ['dist', 'missing', '../outside'], exclude: ['dist/secret/**'] })).toEqual([
      'dist/b.js',
    ]);
  });

  it('replaces variables in paths by their values', async () => {
    await write({ 'apps/x/made.txt': 'x', 'apps/y/made.txt': 'y' });

    const paths = [`\${CI_PROJECT_DIR}/apps/$APP/made.txt`, '$NOBODY/apps/y/made.txt'];
    expect(await copied({ paths }, { CI_PROJECT_DIR: '.', APP: 'x' })).toEqual(['apps/x/made.txt']);
  });
});

describe('isKept', () => {
  it.each([
    [undefined, 'passed', true],
    [undefined, 'failed', false],
    [undefined, 'warned', false],
    ['on_failure', 'passed', false],
    ['on_failure', 'failed', true],
    ['on_failure', 'warned', true],
    ['always', 'passed', true],
    ['always', 'failed', true],
    ['always', 'skipped', false],
  ] as const)('keeps artifacts with when: %s of a job that %s: %s', (when, state, expected) => {
    const read = readArtifacts({ paths: ['x'], when }, {});

    expect(read !== undefined && isKept(read, state)).toBe(expected);
  });
});
