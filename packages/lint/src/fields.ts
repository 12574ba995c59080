/** An object of YAML or JSON whose fields are not validated yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The path to a field: keys of objects, indexes of lists. */
export type Path = readonly (string | number)[];

const none: Fields = Object.freeze({});

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else an empty object, so that a missing field can be read through. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : none;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A map of strings, such as labels; other values are left out. */
export function strings(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The value at a path; undefined where there is none. */
export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (below, step) => (typeof step === 'number' ? list(below)[step] : fields(below)[step]),
    value,
  );
}
