import { patternOf } from '../../docker/context/pattern.ts';

/** Whether rsync leaves a path out: relative to the root of the transfer, without slashes at its ends. */
export type Excludes = (path: string, isFolder: boolean) => boolean;

/**
 * rsync's exclude patterns (rsync(1), FILTER RULES): with a `/` in front it is anchored at the root of the transfer, with one at the end it is for folders,
 * with one in between it matches the end of a path, and else the last name. What is in an excluded folder is never looked at.
 */
export function readExcludes(patterns: readonly string[]): Excludes {
  const rules = patterns
    .filter((pattern) => pattern !== '')
    .map((pattern) => {
      const bare = pattern.replace(/^\//, '').replace(/\/$/, '');
      const anchored = pattern.startsWith('/');
      return { test: patternOf(anchored ? bare : `**/${bare}`), foldersOnly: pattern.endsWith('/') };
    });
  return (path, isFolder) => rules.some(({ test, foldersOnly }) => (isFolder || !foldersOnly) && test.test(path));
}
