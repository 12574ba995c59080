import { bounds, isBoundedJson } from '@keelson/core';

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
  return isBoundedJson(text, bounds.imageJsonValues) ? parseJson(text) : undefined;
}
