import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Who the story's commits are by: whoever runs the demo need not have told git a name. */
const AS = ['-c', 'user.name=Keelson demo', '-c', 'user.email=demo@localhost', '-c', 'commit.gpgsign=false'];

export type WorkingCopy = ReturnType<typeof workingCopy>;

/** A clone that the story, and what is typed, commits in and pushes from. Throws what git says. */
export function workingCopy(folder: string) {
  async function git(...args: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)('git', [...AS, ...args], { cwd: folder });
    return stdout.trim();
  }
  return {
    /** On that branch as the remote has it: somebody may have pushed meanwhile. */
    async onto(branch: string) {
      await git('fetch', '--quiet', 'origin');
      await git('checkout', '--quiet', '-B', branch, `origin/${branch}`);
    },
    async edit(path: string, change: (text: string) => string) {
      const file = join(folder, path);
      await writeFile(file, change(await readFile(file, 'utf8')));
    },
    async commit(message: string) {
      await git('commit', '--quiet', '--all', '--message', message);
    },
    merge: (branch: string) => git('merge', '--quiet', '--no-edit', `origin/${branch}`),
    revert: () => git('revert', '--no-edit', 'HEAD'),
    /** Returns the commit that the branch is at now. */
    async push(branch: string) {
      await git('push', '--quiet', 'origin', branch);
      return git('rev-parse', 'HEAD');
    },
  };
}
