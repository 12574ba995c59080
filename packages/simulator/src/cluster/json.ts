/** A JSON object whose fields have not been checked yet. */
export interface Fields {
  [field: string]: unknown;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object in that field, or an empty one: for reading deep without asking at each step. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && present(value).length === 0;
}

/** The keys that JSON would write: a field that is undefined does not exist. */
export function present(value: Fields): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}

/** Equal as JSON. The same reference is equal at once, so objects that share structure compare quickly. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (!isFields(a) || !isFields(b)) return false;
  const keys = present(a);
  return keys.length === present(b).length && keys.every((key) => b[key] !== undefined && equal(a[key], b[key]));
}

/** Copies a JSON value deeply. */
export function copy<T>(value: T): T {
  return structuredClone(value);
}

/** JSON text with sorted keys: equal values give equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isFields(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}
