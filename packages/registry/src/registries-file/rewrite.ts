import { RE2JS } from 're2js';
import type { Rewrite } from './types.ts';

/** A rewrite in Go's syntax of expressions and replacements; undefined where the pattern is none. */
export function readRewrite(pattern: string, replacement: string): Rewrite | undefined {
  const compiled = compile(pattern);
  if (compiled === undefined) return undefined;
  // Go writes a group's number also as ${1}, so that a digit or letter may follow.
  return {
    apply: (repository) =>
      compiled.matcher(repository).replaceAll((...found: unknown[]) =>
        replacement.replaceAll(/\$(?:(\d+)|\{(\d+)\})/g, (_, bare: string | undefined, braced: string | undefined) => {
          const group = found[Number(bare ?? braced)];
          return typeof group === 'string' ? group : '';
        }),
      ),
  };
}

function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}
