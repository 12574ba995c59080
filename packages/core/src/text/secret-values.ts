export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ValueOptions {
  /** In lower case. */
  readonly noun: string;
  /** Whether it is a header with several words, as `Authorization` and `Cookie`. */
  readonly header: boolean;
  /** Whether the name begins its line: the line is the value, as in a dump of the environment. */
  readonly toLineEnd: boolean;
  /** Whether nothing stands before the noun in its name. */
  readonly alone: boolean;
}

const opening = /\\{0,8}["'`]/y;
const nothing =
  /…|\[secret\]|(?:true|false|null|none|nil|undefined|<nil>|<none>|<unset>|<redacted>)(?![\w-])|["'`\s,;)}\]]|$/iy;
const nested = /\{(?![^\s{}":=]{1,200}\})|map\[|&?[\w.]{0,60}\{["\w]{1,40}:|\(?\*/y;
const list = /\[[^\]]{0,4000}\]?/y;
const braces = /\{[^\s{}":=]{1,200}\}/y;
/** Up to the `;` of a connection string, whose values may have spaces. */
const connection = /[^;=\r\n"]{1,200}={0,2}(?=;[ \t]{0,2}[\w ]{1,40}=)/y;
/** To the next space; a quote or backslash within it belongs to it. */
const unquoted = /(?:[^\s"'`\\<]|["'`](?![\s,;:)}\]"'`\\]|$)|\\(?!\\{0,8}["'`])|<(?!\/))+/y;
/** A header's words: to a quote that does not follow `=`, or the line's end. */
const words = /(?:="[^"\r\n]{0,400}"|[^"'`\r\n\\])+/y;
const scheme = /(?:Bearer|Basic|Token|ApiKey|Negotiate|Bot|JWT)[ \t]{1,4}(?:[^\s"'`\\,;]+)/iy;
const line = /[^\r\n]+/y;
/** A block of YAML: its lines have the first one's indentation. */
const block = /[|>][-+\d]{0,2}[ \t]{0,8}\r?\n(?<indent>[ \t]{1,80})[^\r\n]*(?:\r?\n(?:\k<indent>[^\r\n]*|(?=\r?\n)))*/y;
/** "failed to fetch token: unexpected status": a sentence goes on. */
const prose = /[a-z]+(?::(?!\S)| [a-zA-Z])/y;
const proseAfterPassword = /[a-z]+:(?!\S)/y;

/** Where the value lies that begins here; undefined where it is none, or holds names of its own. */
export function valueAt(
  text: string,
  from: number,
  { noun, header, toLineEnd, alone }: ValueOptions,
): Span | undefined {
  const open = at(opening, text, from);
  if (open) {
    const start = from + open.length;
    const inside = at(insideOf(open), text, start);
    return inside ? { from: start, to: start + inside.length } : undefined;
  }
  if (at(nothing, text, from) !== undefined || at(nested, text, from)) return undefined;
  if (noun === 'auth' && alone) return undefined;
  if (noun === 'pwd' && text[from] === '/') return undefined;
  if (!header && !toLineEnd && text[from - 1] === ' ') {
    if (at(/passw/.test(noun) ? proseAfterPassword : prose, text, from)) return undefined;
  }
  const value = header ? headerAt(text, from) : plainAt(text, from, toLineEnd);
  return value ? { from, to: from + value.length } : undefined;
}

function headerAt(text: string, from: number): string | undefined {
  return at(list, text, from) ?? at(scheme, text, from) ?? at(words, text, from);
}

function plainAt(text: string, from: number, toLineEnd: boolean): string | undefined {
  const upToSemicolon = at(connection, text, from);
  if (upToSemicolon) return upToSemicolon;
  const lines = at(block, text, from);
  if (lines) return lines;
  if (toLineEnd) return at(line, text, from);
  const start = at(list, text, from) ?? at(braces, text, from) ?? '';
  return start + (at(unquoted, text, from + start.length) ?? '');
}

/** The inside of a string in quotes, which a line's end ends too. */
function insideOf(open: string): RegExp {
  const quote = open.slice(-1);
  if (open === quote) return new RegExp(`(?:[^${quote}\\\\\\r\\n]|\\\\[^\\r\\n])+`, 'y');
  return new RegExp(`(?:(?!${open.replaceAll('\\', '\\\\')})[^\\r\\n])+`, 'y');
}

function at(pattern: RegExp, text: string, index: number): string | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0];
}
