import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Git } from './run-git.ts';

/** The first commit's files: contents by their paths, or files and folders below a root. */
export type SeedFiles = ReadonlyMap<string, string> | { readonly root: string; readonly paths: readonly string[] };

/** What a working copy holds that belongs into no commit, whether or not a .gitignore says so. */
const left = new Set(['node_modules', '.git', '.turbo', 'test-results.json']);

/** Makes the bare repository with one commit, on `main` and on every branch of `branches`. */
export async function seedRepository(
  git: Git,
  bare: string,
  { files, branches, work }: { files: SeedFiles; branches: readonly string[]; work: string },
): Promise<void> {
  await mkdir(bare, { recursive: true });
  await git.run(bare, 'init', '--quiet', '--bare', '--initial-branch=main');
  // Commits that no branch names any more are what a forced push is compared with.
  await git.run(bare, 'config', 'gc.auto', '0');
  await mkdir(work, { recursive: true });
  try {
    await git.run(work, 'init', '--quiet', '--initial-branch=main');
    await writeFiles(work, files);
    await git.run(work, 'add', '--all');
    await git.run(work, 'commit', '--quiet', '--message', 'Set up the platform');
    const refs = ['main', ...branches].map((branch) => `HEAD:refs/heads/${branch}`);
    await git.run(work, 'push', '--quiet', bare, ...refs);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function writeFiles(work: string, files: SeedFiles): Promise<void> {
  if ('root' in files) {
    for (const path of files.paths) {
      const source = join(files.root, path);
      await stat(source);
      await cp(source, join(work, path), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (each) => !left.has(basename(each)),
      });
    }
    return;
  }
  for (const [path, text] of files) {
    await mkdir(dirname(join(work, path)), { recursive: true });
    await writeFile(join(work, path), text);
  }
}
