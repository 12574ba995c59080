import { isHeader, nounAt, nouns } from './secret-names.ts';
import type { Span } from './secret-values.ts';
import { valueAt } from './secret-values.ts';

/** How far before a name it is read what the name is part of. */
const lookBack = 80;
const colour = '(?:\\p{Cc}\\[[\\d;]{0,12}m){0,2}';
const closing = `${colour}\\\\{0,8}["'\`\\])]{0,2}${colour}`;
const space = '[ \\t\\u00a0]{0,8}';
/** `=`, `:`, `=>`, `->`, `>` of XML, encoded and full-width ones, with quotes, brackets and colours around them. */
const separator = new RegExp(
  `${closing}${space}(?:[?+]?={1,3}>?|:=?(?!:)|-?>|[：＝]|%3[AaDd](?:%20)?|&#(?:58|61);)${space}${colour}`,
  'uy',
);
/** A line's end after it, and one word in the next line. */
const nextLine = new RegExp(
  `${closing}${space}[:=]${space}\\r?\\n[ \\t]{1,40}(?=[^\\s:[]{1,200}[ \\t]{0,8}(?:[\\r\\n]|$))`,
  'uy',
);
/** As in a pod's spec: `name: DB_PASSWORD`, then `value: …`; or `password: { value: … }`. */
const valueField = new RegExp(
  `${closing}(?:[\\s,]{1,40}|[ \\t]{0,8}[:=]\\s{0,8}\\{\\s{0,8})\\\\{0,8}["'\`]?value\\\\{0,8}["'\`]?[ \\t]{0,4}[:=][ \\t]{0,4}`,
  'iuy',
);
/** `--password x`, `"--password", "x"`. */
const argument = /(?:\\{0,8}["'`],\s{0,4}|[ \t]{1,4})(?!-)/y;
/** `PASSWORD 'x'` of SQL, `setPassword("x")`. */
const quoted = /(?: {1,4}|\()(?=\\{0,8}['"])/y;
/** `["X-Api-Key", "x"]`: headers as Node keeps them. */
const pair = /\\{0,8}["'`],\s{0,4}(?=\\{0,8}["'`])/y;
const quotedHeader = /["'`](?:(?:[\w]{1,40}-){1,8}(?:\w{1,40}-?)?)?$/;
const isFlag = /(?:^|[\s"'`[,(])-{1,2}[\w.-]*$/;
const startsLine = /(?:^|[\r\n])[ \t]*(?:-[ \t]+|export[ \t]+|set[ \t]+|ENV[ \t]+)?["'`]?[\w.-]*$/;

/** Masks the values that are named `password`, `token`, `api_key`, `Authorization`, `Cookie` and the like. */
export function maskNamedValues(text: string): string {
  const parts: string[] = [];
  let done = 0;
  for (nouns.lastIndex = 0; ; ) {
    const match = nouns.exec(text);
    if (!match) break;
    const span = spanOf(text, match.index, match[0]);
    if (!span) {
      // `rootPassword` has `otP` in it, which is none, and ends within one that is.
      nouns.lastIndex = match.index + 1;
      continue;
    }
    parts.push(text.slice(done, span.from), '[secret]');
    done = span.to;
    nouns.lastIndex = Math.max(span.to, nouns.lastIndex);
  }
  return parts.join('') + text.slice(done);
}

function spanOf(text: string, index: number, found: string): Span | undefined {
  const noun = nounAt(text, index, found);
  if (!noun) return undefined;
  const before = text.slice(Math.max(0, index - lookBack), index);
  const from = valueStart(text, noun.end, [
    valueField,
    nextLine,
    separator,
    ...(isFlag.test(before) ? [argument] : []),
    ...(/pass|identified/i.test(found) ? [quoted] : []),
    ...(quotedHeader.test(before) && (isHeader(found) || /-/.test(before + found)) ? [pair] : []),
  ]);
  if (from === undefined) return undefined;
  // Only the start of the text, and not of what was read of it, starts a line.
  const atStart = startsLine.test(index > lookBack ? ` ${before}` : before);
  return valueAt(text, from, {
    noun: found.toLowerCase(),
    header: isHeader(found),
    toLineEnd: atStart,
    alone: !/\w$/.test(before),
  });
}

function valueStart(text: string, end: number, kinds: readonly RegExp[]): number | undefined {
  for (const kind of kinds) {
    kind.lastIndex = end;
    if (kind.test(text)) return kind.lastIndex;
  }
  return undefined;
}
