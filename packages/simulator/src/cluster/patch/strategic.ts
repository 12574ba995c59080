import { ApiError } from '../api-error.ts';
import type { Fields } from '../json.ts';
import { isFields } from '../json.ts';
import type { Shape } from '../kinds/shape.ts';
import { shapeAt } from '../kinds/shape.ts';
import { inOrder } from './element-order.ts';

/**
 * Strategic merge patch: as a merge patch, but the lists that a shape knows are merged by their key. `$patch: delete` removes
 * an item or a map, `$patch: replace` replaces what it stands in. `$setElementOrder/…` is read over (order follows the patch),
 * `$deleteFromPrimitiveList/…` and `$retainKeys` are honoured.
 */
export function strategicMerge(document: unknown, patch: unknown, shape: Shape | undefined): unknown {
  if (Array.isArray(patch)) return mergeList(document, patch, shape);
  if (!isFields(patch)) return patch;
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  const result: Fields = isFields(document) ? { ...document } : {};
  if (Array.isArray(patch['$retainKeys'])) {
    for (const field of Object.keys(result)) if (!patch['$retainKeys'].includes(field)) delete result[field];
  }
  for (const [field, value] of Object.entries(patch)) mergeField(result, field, value, shape);
  return result;
}

function mergeField(result: Fields, field: string, value: unknown, shape: Shape | undefined): void {
  const [, gone] = /^\$deleteFromPrimitiveList\/(.+)$/.exec(field) ?? [];
  if (gone !== undefined) {
    const list = result[gone];
    if (Array.isArray(list) && Array.isArray(value)) result[gone] = list.filter((item) => !value.includes(item));
  } else if (field.startsWith('$')) return;
  else if (value === null || (isFields(value) && value['$patch'] === 'delete')) delete result[field];
  else result[field] = strategicMerge(result[field], value, shapeAt(shape, field));
}

function withoutDirectives(patch: Fields): Fields {
  return Object.fromEntries(Object.entries(patch).filter(([field]) => !field.startsWith('$')));
}

function mergeList(document: unknown, patch: readonly unknown[], shape: Shape | undefined): unknown[] {
  const key = shape?.list?.strategic;
  const items: readonly unknown[] = Array.isArray(document) ? document : [];
  const replacing = patch.some((item) => isFields(item) && item['$patch'] === 'replace');
  if (key === undefined || replacing) return patch.flatMap((item) => (replacing ? kept(item) : [plain(item)]));
  if (key === '') return [...items, ...patch.filter((item) => !items.includes(item))];
  return mergeByKey(items, patch, key, shape?.list?.item);
}

function kept(item: unknown): unknown[] {
  return isFields(item) && item['$patch'] === 'replace' ? [] : [plain(item)];
}

function plain(item: unknown): unknown {
  return strategicMerge(undefined, item, undefined);
}

function keyOfItem(item: unknown, key: string): unknown {
  if (isFields(item) && item[key] !== undefined) return item[key];
  const shown = isFields(item)
    ? `map[${Object.entries(item)
        .map(([field, value]) => `${field}:${String(value)}`)
        .join(' ')}]`
    : String(item);
  throw new ApiError(500, undefined, `map: ${shown} does not contain declared merge key: ${key}`);
}

function mergeByKey(
  items: readonly unknown[],
  patch: readonly unknown[],
  key: string,
  item: Shape | undefined,
): unknown[] {
  const merged = new Map(items.map((each) => [isFields(each) ? each[key] : each, each]));
  const patched: unknown[] = [];
  for (const each of patch) {
    const id = keyOfItem(each, key);
    if (isFields(each) && each['$patch'] === 'delete') merged.delete(id);
    else {
      merged.set(id, strategicMerge(merged.get(id), each, item));
      patched.push(id);
    }
  }
  const before = items.map((each) => (isFields(each) ? each[key] : each));
  const present = [...new Set(patched)].filter((id) => merged.has(id));
  return inOrder([...merged.keys()], present, before).map((id) => merged.get(id));
}
