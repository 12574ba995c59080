import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LintError } from '../lint-error.ts';
import { readRepository } from '../read-repository.ts';
import { listFiles } from './list-files.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-files-'));
  for (const file of [
    'b.yml',
    'a/x.yaml',
    'a/deep/y.yaml',
    '.gitlab/jobs.yml',
    '.gitlab-ci.yml',
    '.cache/z.yaml',
    'a/no.json',
  ]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '');
  }
});

afterAll(() => rm(folder, { recursive: true }));

it.each([
  [[], ['.gitlab-ci.yml', '.gitlab/jobs.yml', 'a/deep/y.yaml', 'a/x.yaml', 'b.yml']],
  [['a'], ['.gitlab-ci.yml', '.gitlab/jobs.yml', 'b.yml']],
  [
    ['./a/deep/', 'b.yml'],
    ['.gitlab-ci.yml', '.gitlab/jobs.yml', 'a/x.yaml'],
  ],
  [['**/*.yaml'], ['.gitlab-ci.yml', '.gitlab/jobs.yml', 'b.yml']],
])('listFiles lists YAML files but not %o', async (ignore, files) => {
  expect(await listFiles(folder, ignore)).toEqual(files);
});

it('readRepository refuses a path that is not a folder', async () => {
  await expect(readRepository(join(folder, 'nowhere'))).rejects.toThrow(LintError);
  await expect(readRepository(join(folder, 'b.yml'))).rejects.toThrow(/is not a folder: name the root of a repository/);
});
