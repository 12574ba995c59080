import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { DockerError } from '../docker-error.ts';
import type { Ignore } from './ignore.ts';
import { ignoreNothing } from './ignore.ts';
import { staysInside } from './inside.ts';
import { patternOf } from './pattern.ts';

/**
 * The paths, relative to `root`, that one source of COPY means; with wildcards any number, sorted. A link is followed, as Docker follows a source
 * that is one.
 *
 * @throws DockerError where there is none, or where it leads out of `root`
 */
export async function findSources(
  root: string,
  source: string,
  ignore: Ignore = ignoreNothing,
): Promise<readonly string[]> {
  const clean = posix.normalize(source).replace(/^\/+/, '').replace(/\/+$/, '');
  if (clean === '..' || clean.startsWith('../')) {
    throw new DockerError(`${source} is outside of the build context.`);
  }
  const found = /[*?[]/.test(clean) ? await matching(root, clean) : [clean === '' ? '.' : clean];
  const kept = found.filter((path) => ignore.takesBack || !ignore.ignores(path));
  if (kept.length < found.length && kept.length === 0) throw new DockerError(`.dockerignore leaves ${source} out.`);
  if (kept.length === 0) throw new DockerError(`Nothing in the build context matches ${source}.`);
  return await Promise.all(kept.map((path) => follow(root, source, path)));
}

async function matching(root: string, pattern: string): Promise<readonly string[]> {
  let folders = [''];
  const found: string[] = [];
  const segments = pattern.split('/');
  for (const [place, segment] of segments.entries()) {
    const test = patternOf(segment);
    const next: string[] = [];
    for (const folder of folders) {
      const names = await readdir(join(root, folder)).catch(() => []);
      next.push(...names.filter((name) => test.test(name)).map((name) => posix.join(folder, name)));
    }
    if (place === segments.length - 1) found.push(...next);
    folders = next;
  }
  return found.sort();
}

async function follow(root: string, source: string, path: string): Promise<string> {
  const whole = join(root, path);
  const there = await lstat(whole).catch(() => undefined);
  if (there === undefined) throw new DockerError(`${source} is not in the build context.`);
  if (!(await staysInside(root, whole))) throw new DockerError(`${source} leads out of the build context by a link.`);
  if (!there.isSymbolicLink()) return path;
  return relative(await realpath(root), await realpath(whole)).replaceAll(sep, '/') || '.';
}
