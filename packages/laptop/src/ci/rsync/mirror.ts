import { chmod, copyFile, lstat, mkdir, readdir, readlink, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { Excludes } from './filter.ts';

/** Copies one entry with mode and time; a link stays a link. The folder above it is there. */
async function copyEntry(from: string, to: string): Promise<'folder' | 'other'> {
  const stats = await lstat(from);
  const there = await lstat(to).catch(() => undefined);
  if (there !== undefined && (there.isDirectory() !== stats.isDirectory() || stats.isSymbolicLink())) {
    await rm(to, { recursive: true, force: true });
  }
  if (stats.isDirectory()) {
    await mkdir(to, { recursive: true });
    return 'folder';
  }
  if (stats.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (stats.isFile()) {
    await copyFile(from, to);
    await chmod(to, stats.mode & 0o7777);
    await utimes(to, stats.atime, stats.mtime);
  }
  return 'other';
}

/** `rsync -a from/ to/`, with `clean` as with `--delete --delete-excluded`: what the source does not have, or excludes, goes. */
export async function mirrorTree(
  from: string,
  to: string,
  excludes: Excludes,
  clean: boolean,
  path = '',
): Promise<void> {
  await mkdir(to, { recursive: true });
  const entries = await readdir(from, { withFileTypes: true });
  const kept = entries.filter((entry) => !excludes(posix.join(path, entry.name), entry.isDirectory()));
  if (clean) {
    const names = new Set(kept.map(({ name }) => name));
    for (const name of await readdir(to)) {
      if (!names.has(name)) await rm(join(to, name), { recursive: true, force: true });
    }
  }
  for (const { name } of kept) {
    const kind = await copyEntry(join(from, name), join(to, name));
    if (kind === 'folder') await mirrorTree(join(from, name), join(to, name), excludes, clean, posix.join(path, name));
  }
}

/** `rsync -R`: the paths, relative to `from`, with the folders above them; one that is not there is told of. */
export async function copyRelative(
  from: string,
  paths: readonly string[],
  to: string,
  excludes: Excludes,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const each of paths) {
    const path = posix.normalize(each).replace(/\/$/, '');
    const stats = await lstat(join(from, path)).catch(() => undefined);
    if (stats === undefined || path.startsWith('..')) {
      missing.push(each);
      continue;
    }
    if (excludes(path, stats.isDirectory())) continue;
    await mkdir(dirname(join(to, path)), { recursive: true });
    const kind = await copyEntry(join(from, path), join(to, path));
    if (kind === 'folder') await mirrorTree(join(from, path), join(to, path), excludes, false, path);
  }
  return missing;
}
