import type { Fields } from '../json.ts';
import { isFields, present } from '../json.ts';
import type { ListShape, Shape } from '../kinds/shape.ts';
import { shapeAt } from '../kinds/shape.ts';
import { isGranular } from './compare.ts';
import { itemElement } from './element.ts';

/** Lays an applied configuration over the live state: maps by field, known lists by key, all else replaced. */
export function mergeApplied(live: unknown, applied: unknown, shape: Shape | undefined): unknown {
  if (!isGranular(applied, shape)) return applied;
  if (isFields(applied)) {
    const result: Fields = isFields(live) ? { ...live } : {};
    for (const field of present(applied)) {
      if (applied[field] === null) delete result[field];
      else result[field] = mergeApplied(result[field], applied[field], shapeAt(shape, field));
    }
    return result;
  }
  if (!Array.isArray(applied) || shape?.list === undefined) return applied;
  return mergeLists(Array.isArray(live) ? live : [], applied, shape.list);
}

/** Live items that are not applied keep their place; among the applied ones the applied order counts. */
function mergeLists(live: readonly unknown[], applied: readonly unknown[], list: ListShape): unknown[] {
  const element = (item: unknown) => itemElement(item, list);
  const liveByElement = new Map(live.map((item) => [element(item), item]));
  const appliedElements = new Set(applied.map(element));
  const rest = [...applied];
  const result: unknown[] = [];
  const takeApplied = () => {
    const item = rest.shift();
    if (item !== undefined) result.push(mergeApplied(liveByElement.get(element(item)), item, list.item));
  };
  for (const item of live) {
    if (!appliedElements.has(element(item))) result.push(item);
    else {
      while (rest.length > 0 && !liveByElement.has(element(rest[0]))) takeApplied();
      takeApplied();
    }
  }
  while (rest.length > 0) takeApplied();
  return result;
}
