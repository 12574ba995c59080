import type { Fields } from '../json.ts';
import { isFields } from '../json.ts';
import type { Shape } from '../kinds/shape.ts';
import { shapeAt } from '../kinds/shape.ts';
import type { FieldTree } from '../objects/object.ts';
import { isGranular } from './compare.ts';
import { itemElement } from './element.ts';
import { children } from './tree.ts';

/**
 * Removes what a manager applied last time and no manager owns any more. A map or an item is removed as a whole when no manager owns
 * anything in it; so a container whose only owner lets go of it is removed with what the server filled in.
 * @param last - what the manager owned until now
 * @param owned - what all managers own from now on
 */
export function prune(value: unknown, last: FieldTree, owned: FieldTree, shape: Shape | undefined): unknown {
  if (!isGranular(value, shape)) return value;
  if (isFields(value)) return pruneMap(value, last, owned, shape);
  return Array.isArray(value) ? pruneList(value, last, owned, shape) : value;
}

function pruneMap(value: Fields, last: FieldTree, owned: FieldTree, shape: Shape | undefined): Fields {
  const result: Fields = { ...value };
  for (const [element, lastBelow] of Object.entries(children(last))) {
    const field = element.slice(2);
    const ownedBelow = owned[element];
    if (ownedBelow === undefined) delete result[field];
    else result[field] = prune(result[field], lastBelow, ownedBelow, shapeAt(shape, field));
  }
  return result;
}

function pruneList(value: readonly unknown[], last: FieldTree, owned: FieldTree, shape: Shape | undefined): unknown[] {
  const list = shape?.list;
  if (list === undefined) return [...value];
  return value.flatMap((item) => {
    const element = itemElement(item, list);
    const [lastBelow, ownedBelow] = [last[element], owned[element]];
    if (lastBelow === undefined) return [item];
    return ownedBelow === undefined ? [] : [prune(item, lastBelow, ownedBelow, list.item)];
  });
}
