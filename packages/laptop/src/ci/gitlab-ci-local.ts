import { fileURLToPath } from 'node:url';
import type { Ended, GroupOptions } from './process-group.ts';
import { runGroup } from './process-group.ts';

/** Where gitlab-ci-local keeps its files, below a checkout. */
export const stateFolder = '.gitlab-ci-local';

/** Runs gitlab-ci-local, a program of its own, under the project's Node. */
export async function gitlabCiLocal(args: readonly string[], options: GroupOptions): Promise<Ended> {
  const main = fileURLToPath(import.meta.resolve('gitlab-ci-local'));
  const env = { ...options.env, NO_COLOR: '1' };
  return await runGroup([process.execPath, main, ...args], { ...options, env });
}
