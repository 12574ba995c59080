import { ApiError } from '../api-error.ts';
import { fieldsOf, isFields } from '../json.ts';
import type { ListShape } from '../kinds/shape.ts';
import type { FieldTree } from '../objects/object.ts';
import { children, isMember } from './tree.ts';

export function fieldElement(name: string): string {
  return `f:${name}`;
}

/** `k:{"name":"app"}`, or `v:"x"` in a set of plain values. A key that the item lacks is its default. */
export function itemElement(item: unknown, list: ListShape): string {
  if (list.keys.length === 0) return `v:${JSON.stringify(item)}`;
  const fields = fieldsOf(item);
  const keys = list.keys.map((key) => [key, fields[key] ?? list.keyDefaults?.[key]] as const);
  return `k:${JSON.stringify(Object.fromEntries(keys.filter(([, value]) => value !== undefined)))}`;
}

/** The items of a granular list by their element. Throws what the server answers for two with the same key. */
export function itemsByElement(items: readonly unknown[], list: ListShape, path: string): Map<string, unknown> {
  const result = new Map<string, unknown>();
  for (const item of items) {
    const element = itemElement(item, list);
    if (result.has(element)) {
      const message = `failed to create typed patch object: ${path}: duplicate entries for key ${shown(element)}`;
      throw new ApiError(500, undefined, message);
    }
    result.set(element, item);
  }
  return result;
}

function shown(element: string): string {
  const text = element.slice(2);
  if (element.startsWith('f:')) return `.${text}`;
  if (element.startsWith('v:')) return `[=${text}]`;
  const key: unknown = JSON.parse(text);
  const pairs = Object.entries(isFields(key) ? key : {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `[${pairs.join(',')}]`;
}

/** The members of a set as paths, as conflicts name them: those at a level before those below it. */
export function pathsOf(tree: FieldTree, prefix = ''): string[] {
  const below = Object.entries(children(tree)).sort(([a], [b]) => (a < b ? -1 : 1));
  const here = below.filter(([, next]) => isMember(next)).map(([element]) => prefix + shown(element));
  return [...here, ...below.flatMap(([element, next]) => pathsOf(next, prefix + shown(element)))];
}
