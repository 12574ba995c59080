/** An object of JSON or YAML whose fields are not checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The path to a field: keys of objects, indexes of lists. */
export type Path = readonly (string | number)[];

const none: Fields = Object.freeze({});

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object, or an empty one, so that reading below an absent field gives undefined. */
export function fields(value: unknown): Fields {
  return isFields(value) ? value : none;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Kubernetes leaves out numbers that are zero. */
export function number(value: unknown, otherwise = 0): number {
  return typeof value === 'number' ? value : otherwise;
}

export function flag(value: unknown): boolean {
  return value === true;
}

/** A map of strings, such as labels; values of other types are left out. */
export function strings(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fields(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

/** The value at a path; undefined where there is none. */
export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (below, step) => (typeof step === 'number' ? list(below)[step] : fields(below)[step]),
    value,
  );
}

/** `{ [key]: value }`, or `{}` without a value: for fields that are absent rather than undefined. */
export function optional<const K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : named(key, value);
}

function named<const K extends string, V>(key: K, value: V): { readonly [P in K]?: V } {
  const object: { [P in K]?: V } = {};
  object[key] = value;
  return object;
}
