import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from './git.ts';

/** The author of the demo's commits: git on this machine may have no name configured. */
const author = ['-c', 'user.name=Keelson demo', '-c', 'user.email=demo@localhost', '-c', 'commit.gpgsign=false'];

export type WorkingCopy = ReturnType<typeof workingCopy>;

/** The clone in which the demo makes its own commits. Every method throws what git printed when git fails. */
export function workingCopy(folder: string) {
  const run = (...args: readonly string[]): Promise<string> => git(folder, ...author, ...args);
  return {
    /** Checks a branch out as the remote has it; its users may have pushed meanwhile. */
    async onto(branch: string) {
      await run('fetch', '--quiet', 'origin');
      await run('checkout', '--quiet', '-B', branch, `origin/${branch}`);
    },
    /** Changes a file's text; a file that does not exist counts as empty and is created. */
    async edit(path: string, change: (text: string) => string) {
      const file = join(folder, path);
      const text = await readFile(file, 'utf8').catch(() => '');
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, change(text));
      await run('add', '--', path);
    },
    commit: (message: string) => run('commit', '--quiet', '--message', message),
    merge: (branch: string) => run('merge', '--quiet', '--no-edit', `origin/${branch}`),
    revert: () => run('revert', '--no-edit', 'HEAD'),
    /** Returns the pushed commit's full hash. */
    async push(branch: string) {
      await run('push', '--quiet', 'origin', branch);
      return run('rev-parse', 'HEAD');
    },
  };
}
