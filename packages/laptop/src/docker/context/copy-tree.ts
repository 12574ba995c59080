import type { Stats } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { DockerError } from '../docker-error.ts';
import type { Ignore } from './ignore.ts';
import { ignoreNothing } from './ignore.ts';
import { staysInside } from './inside.ts';

export interface CopyOptions {
  /** Asked with paths relative to the root of the sources. @default nothing is left out */
  readonly ignore?: Ignore;
  /**
   * Of files and folders, as `--chmod`, or 'keep' for those of the source. @default 755 for folders and what may be executed, 644 for the rest: a
   * checkout's umask must not change an image
   */
  readonly mode?: number | 'keep';
}

/**
 * Copies a file, a link as a link, or a folder's content into `to`, over what is there. `path` is relative to `root`; nothing is written outside of
 * `within`.
 *
 * @throws DockerError
 */
export async function copyTree(
  from: { readonly root: string; readonly path: string },
  to: { readonly within: string; readonly path: string },
  options: CopyOptions = {},
): Promise<void> {
  const { ignore = ignoreNothing, mode } = options;
  const left = ignore.ignores(from.path);
  const source = join(from.root, from.path);
  const stats = await lstat(source);
  if (!(await staysInside(to.within, stats.isSymbolicLink() ? join(to.path, '..') : to.path))) {
    throw new DockerError(`${from.path} would be written outside of the image, through a link.`);
  }
  if (stats.isDirectory()) {
    // A folder that is ignored is made only when something in it, which a `!` includes again, is copied.
    if (left && !ignore.takesBack) return;
    if (!left) await folder(to.path, modeOf(stats, mode));
    for (const name of (await readdir(source)).sort()) {
      const path = posix.join(from.path, name);
      await copyTree({ root: from.root, path }, { within: to.within, path: join(to.path, name) }, options);
    }
    return;
  }
  if (left) return;
  await mkdir(join(to.path, '..'), { recursive: true });
  if (stats.isSymbolicLink()) {
    await rm(to.path, { force: true });
    await symlink(await readlink(source), to.path);
    return;
  }
  if (!stats.isFile()) throw new DockerError(`${from.path} is neither a file nor a folder nor a link.`);
  await copyFile(source, to.path);
  await chmod(to.path, modeOf(stats, mode));
}

function modeOf(stats: Stats, mode: CopyOptions['mode']): number {
  if (mode === 'keep') return stats.mode & 0o777;
  return mode ?? ((stats.mode & 0o111) === 0 ? 0o644 : 0o755);
}

async function folder(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
}
