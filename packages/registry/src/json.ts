import { bounds } from '@keelson/core';

/** The value of a JSON text, or undefined where it is not JSON. Errors of JSON.parse quote the text, passwords and tokens too, so they are dropped. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value of an image's manifest, index or config; undefined also where it holds more values than any image, which is found without parsing it. */
export function parseImageJson(text: string): unknown {
  return isBounded(text) ? parseJson(text) : undefined;
}

const [quote, backslash, comma, bracket, brace, closingBracket, closingBrace] = '"\\,[{]}'
  .split('')
  .map((char) => char.charCodeAt(0));

/** Counts what separates and nests values, outside strings. */
function isBounded(text: string): boolean {
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
      if (depth > bounds.imageJsonDepth) return false;
    } else if (char === closingBracket || char === closingBrace) depth--;
    if (values > bounds.imageJsonValues) return false;
  }
  return true;
}
