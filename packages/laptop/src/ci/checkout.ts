import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BranchPush } from '../git/pushes.ts';
import { noCommit } from '../git/pushes.ts';
import type { Git } from '../git/run-git.ts';

/**
 * Checks the pushed commit out into a new folder, so that gitlab-ci-local sees what GitLab would. It evaluates `rules:changes` against the remote's
 * default branch: that ref is put where the pushed branch was before, which is what GitLab compares a push with, a forced one too.
 *
 * @param projectUrl names host and project for the predefined variables; nothing is fetched from there
 */
export async function checkOut(
  git: Git,
  bare: string,
  folder: string,
  { branch, before, commit }: BranchPush,
  projectUrl: string,
): Promise<void> {
  const { GIT_AUTHOR_NAME: name = '', GIT_AUTHOR_EMAIL: email = '' } = git.env;
  // As `git clone --shared` would write it: a command of git for each of these would cost more than all else about a checkout.
  const files = {
    HEAD: `ref: refs/heads/${branch}`,
    config: configOf({
      core: { repositoryformatversion: '0', bare: 'false' },
      'remote "origin"': { url: `${projectUrl}.git`, fetch: '+refs/heads/*:refs/remotes/origin/*' },
      user: { name, email },
    }),
    'objects/info/alternates': resolve(bare, 'objects'),
    'packed-refs': `${commit} refs/heads/${branch}\n${before === noCommit ? commit : before} refs/remotes/origin/main`,
    'refs/remotes/origin/HEAD': 'ref: refs/remotes/origin/main',
  };
  const repository = join(folder, '.git');
  for (const below of ['objects/info', 'refs/remotes/origin'])
    await mkdir(join(repository, below), { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(repository, path), `${text}\n`);
  await git.run(folder, 'reset', '--quiet', '--hard');
}

function configOf(sections: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  return Object.entries(sections)
    .map(([section, values]) =>
      [`[${section}]`, ...Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)].join(
        '\n',
      ),
    )
    .join('\n');
}

/** For a branch that is new GitLab takes every `changes` as true: there is nothing to compare it with. */
export function changesFlag({ before }: BranchPush): string {
  return `--evaluate-rule-changes=${before !== noCommit}`;
}
