/** What variables stand for; one that is not there is empty, as in a shell. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Thrown for text that has no meaning; whoever knows the line says where. */
export class WordError extends Error {
  override readonly name = 'WordError';
}

/**
 * Splits at white space outside of quotes and expands each word as Docker does (moby's shell lexer): `$X`, `${X}`, `${X:-or}`, `${X:+if}`;
 * no expansion in single quotes, quotes removed, an escaped character stands for itself. What a variable holds is not split again.
 *
 * @throws WordError where a quote or a brace is not closed
 */
export function words(text: string, variables: Variables, escapeChar = '\\'): readonly string[] {
  const reader = new Reader(text, variables, escapeChar);
  const found: string[] = [];
  for (let word = reader.word(); word !== undefined; word = reader.word()) found.push(word);
  return found;
}

/** All of the text as one word: white space stays. */
export function expand(text: string, variables: Variables, escapeChar = '\\'): string {
  return new Reader(text, variables, escapeChar).until(() => false);
}

class Reader {
  readonly #text: string;
  readonly #variables: Variables;
  readonly #escape: string;
  #at = 0;

  constructor(text: string, variables: Variables, escapeChar: string) {
    this.#text = text;
    this.#variables = variables;
    this.#escape = escapeChar;
  }

  word(): string | undefined {
    while (/\s/.test(this.#peek())) this.#at += 1;
    return this.#at >= this.#text.length ? undefined : this.until((char) => /\s/.test(char));
  }

  until(ends: (char: string) => boolean): string {
    let out = '';
    while (this.#at < this.#text.length && !ends(this.#peek())) {
      const char = this.#take();
      if (char === "'") out += this.#quoted();
      else if (char === '"') out += this.#doubleQuoted();
      else if (char === this.#escape) out += this.#take();
      else if (char === '$') out += this.#variable();
      else out += char;
    }
    return out;
  }

  #quoted(): string {
    const end = this.#text.indexOf("'", this.#at);
    if (end === -1) throw new WordError("a ' is never closed.");
    const inside = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return inside;
  }

  #doubleQuoted(): string {
    let out = '';
    while (this.#at < this.#text.length) {
      const char = this.#take();
      if (char === '"') return out;
      if (char === '$') out += this.#variable();
      else if (char === this.#escape && ['"', '$', this.#escape].includes(this.#peek())) out += this.#take();
      else out += char;
    }
    throw new WordError('a " is never closed.');
  }

  /** After the `$`. */
  #variable(): string {
    if (this.#peek() !== '{') {
      const name = /^(?:[A-Za-z_]\w*|\d)/.exec(this.#text.slice(this.#at))?.[0];
      if (name === undefined) return '$';
      this.#at += name.length;
      return this.#variables[name] ?? '';
    }
    this.#at += 1;
    const name = /^[A-Za-z_]\w*/.exec(this.#text.slice(this.#at))?.[0];
    if (name === undefined) throw new WordError('"${" is followed by no name.');
    this.#at += name.length;
    const value = this.#variables[name] ?? '';
    if (this.#peek() === '}') {
      this.#at += 1;
      return value;
    }
    const operator = this.#take() + this.#take();
    if (operator !== ':-' && operator !== ':+') {
      throw new WordError(`\${${name}${operator}…} is not known here; \${${name}:-…} and \${${name}:+…} are.`);
    }
    const other = this.until((char) => char === '}');
    if (this.#take() !== '}') throw new WordError(`the brace of \${${name} is never closed.`);
    if (operator === ':-') return value === '' ? other : value;
    return value === '' ? '' : other;
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #take(): string {
    const char = this.#peek();
    this.#at += 1;
    return char;
  }
}
