import type { Place } from './place.ts';
import { createPlace } from './place.ts';

/** A push, as CI sees it: the branch, and its commits before and after. */
export interface Push {
  readonly branch: string;
  readonly before: string;
  readonly after: string;
}

export interface Repository extends Place {
  /** Commits files on a branch, which starts from main where it is new, and takes that for one push of them. */
  push(branch: string, files: Readonly<Record<string, string>>): Promise<Push>;
}

/** A git repository whose main holds these files. */
export async function createRepository(files: Readonly<Record<string, string>>): Promise<Repository> {
  const place = await createPlace();
  const git = (...args: string[]) => place.run('git', ...args);

  async function commit(text: Readonly<Record<string, string>>): Promise<string> {
    await place.write(text);
    await git('add', '--all', '--force');
    await git('commit', '--quiet', '--message', 'A change');
    return (await git('rev-parse', 'HEAD')).trim();
  }

  /** gitlab-ci-local compares with the default branch of origin, where GitLab does with the commit before the push. */
  async function comparedWith(sha: string): Promise<void> {
    await git('update-ref', 'refs/remotes/origin/main', sha);
    await git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  }

  await git('init', '--quiet', '--initial-branch=main');
  await git('config', 'user.name', 'Tester');
  await git('config', 'user.email', 'tester@example.com');
  await git('remote', 'add', 'origin', 'https://gitlab.com/cmunroe/ops.git');
  const first = await commit(files);
  await comparedWith(first);

  return {
    ...place,
    async push(branch, text) {
      const there = await git('branch', '--list', branch);
      if (there === '') await git('switch', '--quiet', '--create', branch, first);
      else await git('switch', '--quiet', branch);
      const before = (await git('rev-parse', 'HEAD')).trim();
      const after = await commit(text);
      await comparedWith(before);
      return { branch, before, after };
    },
  };
}
