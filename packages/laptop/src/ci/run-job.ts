import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gitlabCiLocal, stateFolder } from './gitlab-ci-local.ts';
import type { GroupOptions } from './process-group.ts';

export interface JobRun {
  readonly state: 'passed' | 'failed' | 'warned' | 'stopped';
  readonly tail: readonly string[];
}

/**
 * Runs one job in a checkout of its own, as GitLab does, by a gitlab-ci-local of its own: whether it passed is that program's exit code, and not read
 * from what it prints.
 *
 * @param flags which file, and how `changes` is seen
 * @param log file for what the job prints
 */
export async function runJob(
  name: string,
  flags: readonly string[],
  log: string,
  options: GroupOptions,
): Promise<JobRun> {
  const args = ['--force-shell-executor', '--no-shell-isolation', '--json-schema-validation=false', ...flags, name];
  const { code, stdout, stderr } = await gitlabCiLocal(args, options);
  const printed = await jobOutput(options.cwd);
  const text = printed === '' ? stderr : printed;
  await mkdir(dirname(log), { recursive: true });
  await writeFile(log, text);
  if (options.signal.aborted) return { state: 'stopped', tail: [] };
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('$ '));
  if (code !== 0) return { state: 'failed', tail: lines.slice(-8) };
  // The one thing that the exit code does not show: a failure that the job allows.
  if (/^ WARN .* pre_script$/m.test(stdout)) return { state: 'warned', tail: lines.slice(-8) };
  return { state: 'passed', tail: [] };
}

async function jobOutput(cwd: string): Promise<string> {
  const folder = join(cwd, stateFolder, 'output');
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.join('');
}
