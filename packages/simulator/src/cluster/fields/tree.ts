import type { FieldTree } from '../objects/object.ts';

// A node without children is a member of the set; one with children is a member only if it also holds '.'.

const self = '.';

export function isMember(node: FieldTree): boolean {
  return self in node || Object.keys(node).length === 0;
}

export function isNone(tree: FieldTree): boolean {
  return Object.keys(tree).length === 0;
}

/** A node of these children that is itself a member or not; undefined: nothing is left of it. */
export function node(member: boolean, children: FieldTree): FieldTree | undefined {
  if (isNone(children)) return member ? {} : undefined;
  return member ? { [self]: {}, ...children } : children;
}

/** The elements below a node, without the node itself. */
export function children(of: FieldTree): FieldTree {
  if (!(self in of)) return of;
  const { [self]: _self, ...rest } = of;
  return rest;
}

type Combine = (a: FieldTree | undefined, b: FieldTree | undefined) => FieldTree | undefined;

function each(a: FieldTree, b: FieldTree, combine: Combine): FieldTree {
  const result: FieldTree = {};
  for (const element of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const combined = combine(a[element], b[element]);
    if (combined !== undefined) result[element] = combined;
  }
  return result;
}

function unionOfNodes(a: FieldTree | undefined, b: FieldTree | undefined): FieldTree | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return node(isMember(a) || isMember(b), each(children(a), children(b), unionOfNodes));
}

/** What is in either set. */
export function union(a: FieldTree, b: FieldTree): FieldTree {
  return each(a, b, unionOfNodes);
}

function differenceOfNodes(a: FieldTree | undefined, b: FieldTree | undefined): FieldTree | undefined {
  if (a === undefined || b === undefined) return a;
  return node(isMember(a) && !isMember(b), each(children(a), children(b), differenceOfNodes));
}

/** What is in the first set and not in the second. */
export function difference(a: FieldTree, b: FieldTree): FieldTree {
  return each(a, b, differenceOfNodes);
}

function intersectionOfNodes(a: FieldTree | undefined, b: FieldTree | undefined): FieldTree | undefined {
  if (a === undefined || b === undefined) return undefined;
  return node(isMember(a) && isMember(b), each(children(a), children(b), intersectionOfNodes));
}

/** What is in both sets. */
export function intersection(a: FieldTree, b: FieldTree): FieldTree {
  return each(a, b, intersectionOfNodes);
}
