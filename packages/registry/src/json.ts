/** The value that a text of JSON holds, or undefined where it is none. Errors of JSON.parse quote the text, passwords and tokens too, so nothing of them is kept. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
