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
  await git.run(bare, 'clone', '--quiet', '--shared', '--no-checkout', bare, folder);
  await git.run(folder, 'checkout', '--quiet', '--force', '-B', branch, commit, '--no-track');
  await git.run(folder, 'remote', 'set-url', 'origin', `${projectUrl}.git`);
  await git.run(folder, 'update-ref', 'refs/remotes/origin/main', before === noCommit ? commit : before);
  await git.run(folder, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/main');
  await git.run(folder, 'config', 'user.name', git.env['GIT_AUTHOR_NAME'] ?? '');
  await git.run(folder, 'config', 'user.email', git.env['GIT_AUTHOR_EMAIL'] ?? '');
}

/** For a branch that is new GitLab takes every `changes` as true: there is nothing to compare it with. */
export function changesFlag({ before }: BranchPush): string {
  return `--evaluate-rule-changes=${before !== noCommit}`;
}
