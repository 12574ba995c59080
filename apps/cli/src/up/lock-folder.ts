import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What the lock file has: the process that uses the folder, and when it started, since numbers of processes are used again. */
const ownerSchema = z.object({ pid: z.int().positive(), started: z.string() });

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Claims a folder for this process until it releases it or ends, however it ends.
 *
 * @throws Error that says what to do when a living process has it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'lock.json');
  const own = JSON.stringify({ pid: process.pid, started: await startOf(process.pid) });
  for (;;) {
    try {
      await writeFile(path, own, { flag: 'wx' });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const found = await readFile(path, 'utf8').catch(() => undefined);
    const pid = found === undefined ? undefined : await livingOwner(found);
    if (pid !== undefined) {
      throw new Error(
        `Another Keelson (process ${pid}) keeps its Redis data in ${folder}, which two must not write at the same time. ` +
          'Stop that one, start this one in another folder, or set REDIS_URL.',
      );
    }
    await removeStale(path, found);
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
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return undefined;
  }
  return (await startOf(data.pid)) === data.started ? data.pid : undefined;
}

/** Removes the lock that was read, and no newer one: two processes may find the same stale lock. */
async function removeStale(path: string, found: string | undefined): Promise<void> {
  if (found === undefined) return;
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
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
