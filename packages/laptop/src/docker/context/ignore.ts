import { posix } from 'node:path';
import { patternOf } from './pattern.ts';

export interface Ignore {
  /** Whether a path, relative to the context, is left out. */
  readonly ignores: (path: string) => boolean;
  /** Whether a folder that is left out may hold what is not. */
  readonly takesBack: boolean;
}

export const ignoreNothing: Ignore = { ignores: () => false, takesBack: false };

/**
 * Reads a .dockerignore by Docker's rules: `#` starts a comment line, patterns are relative to the context's root with or without a leading `/`, what
 * matches a folder matches all that is in it, `!` includes again, and of several that match the last one counts.
 */
export function readIgnore(text: string): Ignore {
  const rules = text
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '!')
    .map((line) => {
      const back = line.startsWith('!');
      return { ignored: !back, pattern: patternOf(cleaned(back ? line.slice(1).trim() : line)) };
    });
  function ignores(path: string): boolean {
    const parts = path.split('/');
    const ancestors = parts.map((_, place) => parts.slice(0, place + 1).join('/'));
    const last = rules.findLast(({ pattern }) => ancestors.some((ancestor) => pattern.test(ancestor)));
    return last?.ignored ?? false;
  }
  return { ignores, takesBack: rules.some(({ ignored }) => !ignored) };
}

/** As Go's filepath.Clean does, and without the slash at either end. */
function cleaned(pattern: string): string {
  return posix.normalize(pattern).replace(/^\/+/, '').replace(/\/+$/, '');
}
