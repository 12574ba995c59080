import type { Fields } from '../json.ts';
import { fieldsOf, isEmpty } from '../json.ts';
import type { KindInfo } from '../kinds/kind.ts';
import type { FieldTree, KubeObject, ManagedFieldsEntry } from '../objects/object.ts';
import { timestamp } from '../objects/object.ts';
import type { Changes } from './compare.ts';
import { compare } from './compare.ts';
import { difference, isNone, union } from './tree.ts';

export type Subresource = 'status' | undefined;

/** Who writes: entries of managedFields are distinguished by all of it (for Apply without the version). */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: Subresource;
}

/** The metadata that managers own; the rest is the server's. */
const ownedMetadata = ['generateName', 'labels', 'annotations', 'ownerReferences', 'finalizers'];

/** The object without what no manager can own, and without what this kind of write does not write. */
export function ownable(object: Fields, kind: KindInfo, subresource: Subresource): Fields {
  const other = kind.status ? 'status' : undefined;
  const left = subresource === 'status' ? 'spec' : other;
  const metadata = fieldsOf(object['metadata']);
  const owned: Fields = {};
  for (const field of ownedMetadata) if (metadata[field] !== undefined) owned[field] = metadata[field];
  const result: Fields = isEmpty(owned) ? {} : { metadata: owned };
  for (const field of Object.keys(object)) {
    if (field !== 'apiVersion' && field !== 'kind' && field !== 'metadata' && field !== left)
      result[field] = object[field];
  }
  return result;
}

export function isSame(entry: ManagedFieldsEntry, manager: Manager, apiVersion: string): boolean {
  return (
    entry.manager === manager.name &&
    entry.operation === manager.operation &&
    entry.subresource === manager.subresource &&
    (manager.operation === 'Apply' || entry.apiVersion === apiVersion)
  );
}

export function entryFor(kind: KindInfo, manager: Manager, fields: FieldTree, now: number): ManagedFieldsEntry {
  return {
    manager: manager.name,
    operation: manager.operation,
    apiVersion: kind.apiVersion,
    time: timestamp(now),
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(manager.subresource === undefined ? {} : { subresource: manager.subresource }),
  };
}

/** Apply before Update, older before newer, then by name (managedfields, sortEncodedManagedFields). */
export function inOrder(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  const place = (entry: ManagedFieldsEntry) =>
    [entry.operation, entry.time ?? '', entry.manager, entry.apiVersion, entry.subresource ?? ''].join('\u0000');
  return entries.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

/** Takes fields away from every entry; entries that own nothing any more go. */
export function without(entries: readonly ManagedFieldsEntry[], fields: FieldTree): ManagedFieldsEntry[] {
  return entries.flatMap((entry) => {
    const left = difference(entry.fieldsV1, fields);
    return isNone(left) ? [] : [{ ...entry, fieldsV1: left }];
  });
}

/** What an Update-type write leaves in managedFields: the writer owns what it changed, the others no longer do. */
export function afterUpdate(
  kind: KindInfo,
  live: KubeObject | undefined,
  next: KubeObject,
  manager: Manager,
  now: number,
): ManagedFieldsEntry[] {
  const entries = live?.metadata.managedFields ?? [];
  // the real server begins to keep count only when an object is made, or first applied
  if (live !== undefined && entries.length === 0) return [];
  const before = live === undefined ? {} : ownable(live, kind, manager.subresource);
  const changes: Changes = compare(before, ownable(next, kind, manager.subresource), kind.shape);
  const { added = {}, removed = {}, modified = {} } = changes;
  const taken = union(added, modified);
  if (isNone(taken) && isNone(removed)) return [...entries];
  const mine = entries.find((entry) => isSame(entry, manager, kind.apiVersion));
  const others = without(
    entries.filter((entry) => entry !== mine),
    union(taken, removed),
  );
  const fields = union(difference(mine?.fieldsV1 ?? {}, removed), taken);
  if (isNone(fields)) return inOrder(others);
  const written = entryFor(kind, manager, fields, now);
  return inOrder([...others, isNone(taken) && mine !== undefined ? { ...mine, fieldsV1: fields } : written]);
}
