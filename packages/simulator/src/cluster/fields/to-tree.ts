import { isEmpty, isFields, listOf, present } from '../json.ts';
import type { Shape } from '../kinds/shape.ts';
import { shapeAt } from '../kinds/shape.ts';
import type { FieldTree } from '../objects/object.ts';
import { isGranular } from './compare.ts';
import { fieldElement, itemsByElement } from './element.ts';
import { node } from './tree.ts';

function at(value: unknown, shape: Shape | undefined, path: string): FieldTree | undefined {
  if (!isGranular(value, shape) || (isFields(value) && isEmpty(value))) return {};
  return node(false, toTree(value, shape, path));
}

/** The fields that a configuration states: its leaves, and each item of a list that is merged by key. */
export function toTree(value: unknown, shape: Shape | undefined, path = ''): FieldTree {
  const result: FieldTree = {};
  if (isFields(value)) {
    for (const field of present(value)) {
      const below = at(value[field], shapeAt(shape, field), `${path}.${field}`);
      if (below !== undefined) result[fieldElement(field)] = below;
    }
  } else if (shape?.list !== undefined) {
    for (const [element, item] of itemsByElement(listOf(value), shape.list, path)) {
      result[element] = node(true, isGranular(item, shape.list.item) ? toTree(item, shape.list.item, path) : {}) ?? {};
    }
  }
  return result;
}
