import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join, matchesGlob } from 'node:path';
import { promisify } from 'node:util';
import { root } from './files.ts';

/**
 * The files that `docker build` is given of a folder of the checkout, by their path in it: those that git has or would take,
 * less what .dockerignore leaves out.
 */
export async function buildContext(folder: string): Promise<string[]> {
  const ignore = await readFile(join(root, folder, '.dockerignore'), 'utf8');
  const patterns = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const { stdout } = await promisify(execFile)('git', listed, { cwd: join(root, folder), maxBuffer: 16 * 1024 * 1024 });
  return stdout.split('\n').filter((path) => path !== '' && !leftOut(path, patterns));
}

/** As Docker goes by them: the last pattern that fits the path, or a folder that it is in, decides. */
function leftOut(path: string, patterns: readonly string[]): boolean {
  const last = patterns.findLast((pattern) => fits(path, pattern.replace(/^!/, '')));
  return last !== undefined && !last.startsWith('!');
}

function fits(path: string, pattern: string): boolean {
  return path !== '.' && (matchesGlob(path, pattern) || fits(dirname(path), pattern));
}
