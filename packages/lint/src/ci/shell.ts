/**
 * The commands of a script, each as its words. Reads the subset of shell syntax that CI scripts use: quotes group, a backslash at the end of a
 * line (or before a blank, which YAML makes of it) joins lines, and `&&`, `||`, `;`, `|` and the end of a line separate commands.
 */
export function commandsOf(script: string): readonly (readonly string[])[] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let index = 0; index < script.length; index += 1) {
    const sign = script.charAt(index);
    if (sign === "'" || sign === '"') {
      const close = closing(script, index);
      word = `${word ?? ''}${script.slice(index + 1, close)}`;
      index = close;
    } else if (sign === '\\') {
      const next = script.charAt(index + 1);
      index += 1;
      if (/\s|^$/.test(next)) endWord();
      else word = `${word ?? ''}${next}`;
    } else if (script.startsWith('$(', index)) {
      const close = substitution(script, index);
      word = `${word ?? ''}${script.slice(index, close + 1)}`;
      index = close;
    } else if (sign === '#' && word === undefined) {
      const end = script.indexOf('\n', index);
      index = end === -1 ? script.length : end - 1;
    } else if (/[\n;|&]/.test(sign)) {
      endCommand();
    } else if (/\s/.test(sign)) {
      endWord();
    } else {
      word = `${word ?? ''}${sign}`;
    }
  }
  endCommand();
  return commands;
}

/** The index at which the `$(` at `index` closes; the end of the text where it does not. */
function substitution(script: string, index: number): number {
  let depth = 0;
  for (let at = index + 1; at < script.length; at += 1) {
    if (script.charAt(at) === '(') depth += 1;
    if (script.charAt(at) === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return script.length;
}

/** The index at which the quote at `index` closes; the end of the text where it does not. */
function closing(script: string, index: number): number {
  const quote = script.charAt(index);
  for (let at = index + 1; at < script.length; at += 1) {
    if (quote === '"' && script.charAt(at) === '\\') at += 1;
    else if (script.charAt(at) === quote) return at;
  }
  return script.length;
}
