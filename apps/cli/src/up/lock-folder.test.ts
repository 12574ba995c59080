import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockFolder } from './lock-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));
const path = () => join(folder, 'lock.json');

it('a folder that a living process uses is refused, with what to do', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  await writeFile(path(), JSON.stringify({ pid: child.pid, started }));

  await expect(lockFolder(folder)).rejects.toThrow(
    `Another Keelson (process ${child.pid}) keeps its Redis data in ${folder}`,
  );

  child.kill('SIGKILL');
  await once(child, 'exit');
  await (await lockFolder(folder)).release();
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  ['a process that ended', JSON.stringify({ pid: 2 ** 22 + 7, started: '1' })],
  ['a number that another process has now', JSON.stringify({ pid: process.ppid, started: 'long ago' })],
  ['nothing readable', '{'],
])('a lock of %s is taken over', async (_, text) => {
  await writeFile(path(), text);

  const lock = await lockFolder(folder);

  expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ pid: process.pid });
  await lock.release();
});

it('a lock that cannot be read or removed ends the start, and leaves nothing beside it', async () => {
  await mkdir(path());

  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'EISDIR' });

  expect(await readdir(folder)).toEqual(['lock.json']);
});
