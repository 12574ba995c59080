/** A manifest's text as part of a message: quoted, on one line, and cut, since an annotation may be 256 KB long. */
export function quote(text: string): string {
  return JSON.stringify(cut(text, 80));
}

export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
