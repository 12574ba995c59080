/**
 * A pattern of Go's filepath.Match, with `**` for any number of folders as .dockerignore has it: `*` and `?` do not cross a `/`, `[a-c]` and `[^a]` are
 * classes, `\` takes the next character as it is.
 */
export function patternOf(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const rest = pattern.slice(at);
    const char = pattern.charAt(at);
    const klass = /^\[\^?\]?[^\]]*\]/.exec(rest)?.[0];
    if (rest.startsWith('**/')) {
      source += '(?:.*/)?';
      at += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      at += 1;
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (klass !== undefined) {
      source += klass.replaceAll('\\', '\\\\');
      at += klass.length - 1;
    } else if (char === '\\' && at + 1 < pattern.length) {
      source += literal(pattern.charAt(at + 1));
      at += 1;
    } else source += literal(char);
  }
  return new RegExp(`^${source}$`, 's');
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}
