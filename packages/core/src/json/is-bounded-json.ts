import { bounds } from '../bounds.ts';

const [quote, backslash, comma, bracket, brace, closingBracket, closingBrace] = '"\\,[{]}'
  .split('')
  .map((char) => char.charCodeAt(0));

/**
 * Whether a JSON text holds no more values than these, and none too deep within others: found without parsing it, which takes seconds and memory where
 * it does. Counts what separates and nests values, outside strings.
 */
export function isBoundedJson(text: string, mostValues = Number.POSITIVE_INFINITY): boolean {
  let values = 0;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === backslash) at++;
      else if (char === quote) inString = false;
    } else if (char === quote) inString = true;
    else if (char === comma) values++;
    else if (char === bracket || char === brace) {
      values++;
      depth++;
      if (depth > bounds.jsonDepth) return false;
    } else if (char === closingBracket || char === closingBrace) depth--;
    if (values > mostValues) return false;
  }
  return true;
}
