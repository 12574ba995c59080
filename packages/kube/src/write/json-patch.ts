/** One operation of a JSON patch (RFC 6902), of the kinds that Keelson sends. */
export type Operation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** A JSON pointer (RFC 6901). */
export function pointer(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Sets one key of a map that exists, or removes it. */
export function keyOperation(map: string, key: string, value: string | undefined): Operation {
  const path = `${map}${pointer(key)}`;
  return value === undefined ? { op: 'remove', path } : { op: 'add', path, value };
}
