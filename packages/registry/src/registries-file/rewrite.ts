import { RE2JS } from 're2js';
import type { Rewrite } from './types.ts';

/** A rewrite in Go's syntax of expressions and replacements; undefined where the pattern is none. */
export function readRewrite(pattern: string, replacement: string): Rewrite | undefined {
  const compiled = compile(pattern);
  return compiled && { apply: (repository) => replaceAll(compiled, repository, replacement) };
}

/** Go's ReplaceAllString: unlike JavaScript's it passes over an empty match right after another one. */
function replaceAll(pattern: RE2JS, text: string, replacement: string): string {
  let end = -1;
  return pattern.matcher(text).replaceAll((match: string, ...rest: unknown[]) => {
    const start = rest.find((argument) => typeof argument === 'number') ?? 0;
    const abutting = match === '' && start === end;
    end = start + match.length;
    return abutting ? '' : expand(replacement, [match, ...rest]);
  });
}

/** Go writes a group's number also as ${1}, so that a digit or letter may follow. */
function expand(replacement: string, groups: readonly unknown[]): string {
  return replacement.replaceAll(/\$(?:(\d+)|\{(\d+)\})/g, (_, bare: string | undefined, braced: string | undefined) => {
    const group = groups[Number(bare ?? braced)];
    return typeof group === 'string' ? group : '';
  });
}

function compile(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern);
  } catch {
    return undefined;
  }
}
