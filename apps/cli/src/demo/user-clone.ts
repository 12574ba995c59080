import { git } from './git.ts';
import { branches } from './push.ts';

export type UserClone = ReturnType<typeof userClone>;

/** The clone that the demo offers to its user: it stands on `staging`, and follows what the demo pushes. */
export function userClone(folder: string) {
  const run = (...args: readonly string[]): Promise<string> => git(folder, ...args);

  /** Returns what the user has to do where a branch cannot be fast-forwarded. */
  async function fastForward(branch: string, current: string): Promise<string | undefined> {
    const counts = await run('rev-list', '--left-right', '--count', `${branch}...origin/${branch}`).catch(() => '0 0');
    const [ahead = 0, behind = 0] = counts.split(/\s+/).map(Number);
    if (behind === 0) return undefined;
    const checkout = branch === current ? '' : `git checkout ${branch} && `;
    const pull = `cd ${shellWord(folder)} && ${checkout}git pull --rebase --autostash`;
    if (ahead > 0) return `Your clone has commits on ${branch} that are not pushed. Before you push them: ${pull}`;
    try {
      if (branch === current) await run('merge', '--quiet', '--ff-only', `origin/${branch}`);
      else await run('branch', '--force', branch, `origin/${branch}`);
      return undefined;
    } catch {
      return `Your clone's ${branch} is behind, and has changes in the same files. Commit them, then: ${pull}`;
    }
  }

  return {
    folder,
    /** Checks out `staging`, tracking the remote's, and brings both branches up to date. */
    async prepare() {
      // The clone has an author of its own, for whom a user's signing key does not fit.
      await run('config', 'commit.gpgsign', 'false');
      await run('checkout', '--quiet', 'staging');
      await this.follow();
    },
    /**
     * Fast-forwards the clone's branches to what was pushed, wherever the user has no changes in the way. Returns a message for each branch
     * where that was not possible: what to do.
     */
    async follow(): Promise<readonly string[]> {
      await run('fetch', '--quiet', 'origin');
      const current = await run('branch', '--show-current');
      const messages: (string | undefined)[] = [];
      for (const branch of branches) messages.push(await fastForward(branch, current));
      return messages.filter((message) => message !== undefined);
    },
  };
}

/** A path as a shell reads it: quoted where it holds more than plain characters. */
export function shellWord(path: string): string {
  return /^[\w./+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
