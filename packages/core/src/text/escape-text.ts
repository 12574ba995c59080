/**
 * What changes how the rest of a text is shown, or is not seen: control characters, also those of C1, formats as bidi and zero-width characters, tags,
 * lone surrogates, private use, unassigned; separators but the space; variation selectors; and letters that are blank.
 */
const unsafe = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
const unsafeInLines = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line of text from outside, safe to print on a terminal or in a CI log: what is not seen is written as `\x1b` or `\u202e`, never left out. */
export function escapeText(text: string): string {
  return text.replace(unsafe, escaped);
}

/** The same of a text that has lines, such as a log. */
export function escapeLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unsafeInLines, escaped);
}

/** A JSON document whose texts say the same, with every character seen: also those that JSON itself leaves as they are. */
export function escapeJson(json: string): string {
  return json.replace(unsafeInLines, (character) =>
    Array.from({ length: character.length }, (_, at) => unit(character.charCodeAt(at))).join(''),
  );
}

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code > 0xffff) return `\\u{${hex}}`;
  return short[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`);
}
