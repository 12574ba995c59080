/** The value of a JSON text, or undefined where it is not JSON. Errors of JSON.parse quote the text, passwords and tokens too, so they are dropped. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
