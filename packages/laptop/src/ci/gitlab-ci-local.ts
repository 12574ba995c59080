import { fileURLToPath } from 'node:url';
import type { Ended, GroupOptions } from './process-group.ts';
import { runGroup } from './process-group.ts';

/** Runs gitlab-ci-local, a program of its own, under the project's Node. */
export async function gitlabCiLocal(args: readonly string[], options: GroupOptions): Promise<Ended> {
  const main = fileURLToPath(import.meta.resolve('gitlab-ci-local'));
  const env = { ...options.env, NO_COLOR: '1' };
  return await runGroup([process.execPath, main, ...args], { ...options, env });
}
