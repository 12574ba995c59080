import { equal, isEmpty, isFields, present } from '../json.ts';
import type { Shape } from '../kinds/shape.ts';
import { shapeAt } from '../kinds/shape.ts';
import type { FieldTree } from '../objects/object.ts';
import { fieldElement, itemElement } from './element.ts';
import { node } from './tree.ts';

/** What differs between two states: each set as a node of the compared place. */
export interface Changes {
  readonly added?: FieldTree;
  readonly removed?: FieldTree;
  readonly modified?: FieldTree;
}

const none: Changes = {};
const sets = ['added', 'removed', 'modified'] as const;

/** Is this value merged part by part at this place, rather than replaced as a whole? */
export function isGranular(value: unknown, shape: Shape | undefined): boolean {
  if (shape?.atomic === true) return false;
  if (isFields(value)) return true;
  return Array.isArray(value) && shape?.list !== undefined && shape.list.granular !== false;
}

interface Part {
  readonly before: unknown;
  readonly after: unknown;
  readonly shape: Shape | undefined;
}

/** The parts of both states side by side, by element. */
function parts(before: unknown, after: unknown, shape: Shape | undefined): Map<string, Part> {
  const result = new Map<string, Part>();
  if (isFields(before) || isFields(after)) {
    const [b, a] = [isFields(before) ? before : {}, isFields(after) ? after : {}];
    for (const field of new Set([...present(b), ...present(a)])) {
      if (b[field] !== a[field]) {
        result.set(fieldElement(field), { before: b[field], after: a[field], shape: shapeAt(shape, field) });
      }
    }
    return result;
  }
  const list = shape?.list;
  if (list === undefined) return result;
  for (const item of Array.isArray(before) ? before : []) {
    result.set(itemElement(item, list), { before: item, after: undefined, shape: list.item });
  }
  for (const item of Array.isArray(after) ? after : []) {
    const element = itemElement(item, list);
    result.set(element, { before: result.get(element)?.before, after: item, shape: list.item });
  }
  return result;
}

function leaf(before: unknown, after: unknown): Changes {
  if (before === undefined) return { added: {} };
  if (after === undefined) return { removed: {} };
  return equal(before, after) ? none : { modified: {} };
}

/** Compares two states of a place, as structured-merge-diff does it: a part that came or went counts with all that it holds. */
export function compare(earlier: unknown, later: unknown, shape: Shape | undefined): Changes {
  if (earlier === later) return none;
  const before = existing(earlier, later, shape);
  const after = existing(later, earlier, shape);
  const granular = isGranular(after ?? before, shape);
  if (!granular || (isEmpty(before ?? []) && isEmpty(after ?? []))) return leaf(before, after);
  const below: Record<(typeof sets)[number], FieldTree> = { added: {}, removed: {}, modified: {} };
  for (const [element, part] of parts(before, after, shape)) {
    const changes = compare(part.before, part.after, part.shape);
    for (const set of sets) {
      const found = changes[set];
      if (found !== undefined) below[set][element] = found;
    }
  }
  const added = node(before === undefined, below.added);
  const removed = node(after === undefined, below.removed);
  const modified = node(false, below.modified);
  return {
    ...(added === undefined ? {} : { added }),
    ...(removed === undefined ? {} : { removed }),
    ...(modified === undefined ? {} : { modified }),
  };
}

/** A struct that is always there is empty where it is not written. */
function existing(value: unknown, other: unknown, shape: Shape | undefined): unknown {
  if (value !== undefined || shape?.always !== true) return value;
  return Array.isArray(other) ? [] : {};
}
