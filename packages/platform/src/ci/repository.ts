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

const create = `git init --quiet --initial-branch=main
git config user.name Tester
git config user.email tester@example.com
git config maintenance.auto false
git remote add origin https://gitlab.com/cmunroe/ops.git
git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main`;

/** To a branch, which starts from a commit where it is new. */
const switchTo = `git switch --quiet "$1" 2>/dev/null || git switch --quiet --create "$1" "$2"
git rev-parse HEAD`;

const commit = `git add --all --force
git commit --quiet --message 'A change'
git rev-parse HEAD`;

/** gitlab-ci-local compares with the default branch of origin, where GitLab does with the commit before the push. */
const compareWith = 'git update-ref refs/remotes/origin/main "$1"';

/** A git repository whose main holds these files. */
export async function createRepository(files: Readonly<Record<string, string>>): Promise<Repository> {
  const place = await createPlace();
  const run = async (script: string, ...args: string[]) => (await place.run('sh', '-ec', script, 'sh', ...args)).trim();

  await place.write(files);
  const first = await run(`${create}\n${commit}`);
  await run(compareWith, first);

  return {
    ...place,
    async push(branch, text) {
      const before = await run(switchTo, branch, first);
      await place.write(text);
      const after = await run(`${compareWith}\n${commit}`, before);
      return { branch, before, after };
    },
  };
}
