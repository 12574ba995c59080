import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What the lock file has: the process that uses the folder, and when it started, since numbers of processes are used again. */
const ownerSchema = z.object({ pid: z.int().positive(), started: z.string() });

export interface FolderLock {
  release(): Promise<void>;
}

/** Others may take a stale lock first; a lock that is still stale after so many tries cannot be removed. */
const tries = 20;

/**
 * Claims a folder for this process until it releases it or ends, however it ends.
 *
 * @throws Error that says what to do when a living process has it, and an error of the file system when it cannot be written.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'lock.json');
  const own = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) });
  for (let left = tries; ; left--) {
    if (await created(path, own)) return { release: () => rm(path, { force: true }) };
    const found = await unlessMissing(readFile(path, 'utf8'));
    const pid = found === undefined ? undefined : await livingOwner(found);
    if (pid !== undefined) {
      throw new Error(
        `Another Keelson (process ${pid}) keeps its Redis data in ${folder}, which two must not write at the same time. ` +
          'Stop that one, start this one in another folder, or set REDIS_URL.',
      );
    }
    if (left === 1) throw new Error(`${path} is a lock that no process has and that cannot be removed. Remove it.`);
    await removeStale(path, found);
  }
}

/** Creates the lock with its content in one step, so that nobody reads an empty one. False where there is one. */
async function created(path: string, text: string): Promise<boolean> {
  const aside = `${path}.${randomUUID()}`;
  await writeFile(aside, text, { flag: 'wx' });
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** The process that this lock names, if it lives; undefined for one that ended, and for a file that is no lock. */
async function livingOwner(text: string): Promise<number | undefined> {
  const { data } = ownerSchema.safeParse(parsed(text));
  if (data === undefined || data.pid === process.pid) return undefined;
  try {
    process.kill(data.pid, 0);
  } catch (error) {
    // EPERM: it lives, as another user.
    if (codeOf(error) !== 'EPERM') return undefined;
  }
  return (await startOf(data.pid)) === data.started ? data.pid : undefined;
}

/** Removes the lock that was read, and no newer one: two processes may find the same stale lock. */
async function removeStale(path: string, found: string | undefined): Promise<void> {
  if (found === undefined) return;
  const aside = `${path}.${randomUUID()}`;
  await unlessMissing(rename(path, aside));
  const moved = await unlessMissing(readFile(aside, 'utf8'));
  if (moved !== undefined && moved !== found) await rename(aside, path);
  else await rm(aside, { force: true });
}

/** When a process started, in ticks since the boot; '' where /proc does not say, as on macOS. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in brackets, which may contain blanks.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the promise resolves to, undefined where there is no such file. Every other error is one that trying again does not end. */
async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
