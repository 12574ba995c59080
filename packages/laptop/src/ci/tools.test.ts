import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTools } from './tools.ts';

const run = promisify(execFile);
const systemPath = '/usr/local/bin:/usr/bin:/bin';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-tools-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command line on the PATH that jobs get. */
async function onPath(path: string, command: string): Promise<{ stdout: string; stderr: string }> {
  const PATH = await writeTools({ folder: join(folder, 'forge'), path, env: {}, mirrors: {} });
  return await run('/bin/sh', ['-c', command], { cwd: folder, env: { PATH } });
}

it('runs jobs with the Node that runs this project', async () => {
  expect((await onPath(systemPath, 'node --version')).stdout.trim()).toBe(process.version);
});

it("needs no rsync for gitlab-ci-local's copy for containers", async () => {
  const options = '-a --delete-excluded --delete --exclude-from=.gitlab-ci-local/rsync-exclude-.docker';

  const { stdout, stderr } = await onPath(
    systemPath,
    `rsync ${options} --exclude .gitlab-ci-local/ ./ .gitlab-ci-local/builds/.docker/`,
  );

  expect(stdout + stderr).toBe('');
});

it("runs the system's rsync for a job that calls it, and fails where there is none", async () => {
  const bin = join(folder, 'system');
  await mkdir(bin);
  await writeFile(join(bin, 'rsync'), '#!/bin/sh\necho "system: $*"\n');
  await chmod(join(bin, 'rsync'), 0o755);

  expect((await onPath([bin, systemPath].join(delimiter), 'rsync -a dist/ /srv/')).stdout).toBe(
    'system: -a dist/ /srv/\n',
  );
  await rm(join(bin, 'rsync'));
  await expect(onPath(bin, 'rsync -a dist/ /srv/')).rejects.toThrow('rsync: not found');
});
