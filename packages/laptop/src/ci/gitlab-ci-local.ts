import { createRequire } from 'node:module';
import type { Ended, GroupOptions } from './process-group.ts';
import { runGroup } from './process-group.ts';

/** Runs gitlab-ci-local, a program of its own, under the project's Node. */
export async function gitlabCiLocal(args: readonly string[], options: GroupOptions): Promise<Ended> {
  const main = createRequire(import.meta.url).resolve('gitlab-ci-local');
  const env = { ...options.env, NO_COLOR: '1' };
  return await runGroup([process.execPath, main, ...args], { ...options, env });
}
