import type { Fields } from '../json.ts';
import { isFields } from '../json.ts';

/** RFC 7386: objects are merged, null removes, all else (lists too) is replaced. */
export function mergePatch(document: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const result: Fields = isFields(document) ? { ...document } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field];
    else result[field] = mergePatch(result[field], value);
  }
  return result;
}
