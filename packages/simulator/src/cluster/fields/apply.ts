import { ApiError } from '../api-error.ts';
import type { Fields } from '../json.ts';
import { isFields } from '../json.ts';
import type { KindInfo } from '../kinds/kind.ts';
import type { FieldTree, KubeObject, ManagedFieldsEntry } from '../objects/object.ts';
import { compare } from './compare.ts';
import { pathsOf } from './element.ts';
import type { Manager } from './managed.ts';
import { entryFor, inOrder, isSame, ownable, without } from './managed.ts';
import { mergeApplied } from './merge.ts';
import { prune } from './prune.ts';
import { toTree } from './to-tree.ts';
import { intersection, isNone, union } from './tree.ts';

export interface Applied {
  readonly object: Fields;
  readonly managedFields: ManagedFieldsEntry[];
}

interface Conflict {
  readonly who: string;
  readonly fields: string[];
}

function describe(entry: ManagedFieldsEntry): string {
  const name =
    JSON.stringify(entry.manager) + (entry.subresource === undefined ? '' : ` with subresource "${entry.subresource}"`);
  return entry.operation === 'Apply' ? name : `${name} using ${entry.apiVersion}`;
}

/** The Status of fields that others own with another value (managedfields, NewConflictError). */
function conflictError(conflicts: readonly Conflict[]): ApiError {
  const all = conflicts.flatMap(({ who, fields }) => fields.map((field) => ({ who, field })));
  const causes = all.map(({ who, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${who}`,
    field,
  }));
  const [first] = all;
  const text =
    all.length === 1 && first !== undefined
      ? `conflict with ${first.who}: ${first.field}`
      : conflicts
          .map(({ who, fields }) => [`conflicts with ${who}:`, ...fields.map((field) => `- ${field}`)].join('\n'))
          .join('\n');
  const count = `${all.length} conflict${all.length === 1 ? '' : 's'}`;
  return new ApiError(409, 'Conflict', `Apply failed with ${count}: ${text}`, { causes });
}

/** An object from before any ownership was kept gets an owner first, so that applying conflicts with it as it should. */
function entriesOf(kind: KindInfo, live: KubeObject | undefined, manager: Manager, now: number): ManagedFieldsEntry[] {
  if (live === undefined) return [];
  const entries = live.metadata.managedFields ?? [];
  if (entries.length > 0) return entries;
  const before: Manager = { name: 'before-first-apply', operation: 'Update', subresource: manager.subresource };
  const fields = toTree(ownable(live, kind, undefined), kind.shape);
  return isNone(fields) ? [] : [entryFor(kind, before, fields, now)];
}

/**
 * Server-side apply: merges the configuration into the live object, removes what this manager applied before and no manager
 * owns now, and gives it the stated fields. Another owner's field with another value: 409, unless forced.
 */
export function applyConfiguration(
  kind: KindInfo,
  live: KubeObject | undefined,
  configuration: Fields,
  manager: Manager,
  options: { readonly force: boolean; readonly now: number },
): Applied {
  const stated = ownable(configuration, kind, manager.subresource);
  const fields = toTree(stated, kind.shape);
  const entries = entriesOf(kind, live, manager, options.now);
  const mine = entries.find((entry) => isSame(entry, manager, kind.apiVersion));
  const others = entries.filter((entry) => entry !== mine);
  const ownedByAll = others.reduce<FieldTree>((all, entry) => union(all, entry.fieldsV1), fields);
  const before = live === undefined ? {} : ownable(live, kind, manager.subresource);
  const merged = mergeApplied(before, stated, kind.shape);
  // metadata stays a map whoever owns parts of it
  const keep = union(ownedByAll, { 'f:metadata': { '.': {} } });
  const object = prune(merged, mine?.fieldsV1 ?? {}, keep, kind.shape);
  const { added = {}, modified = {}, removed = {} } = compare(before, object, kind.shape);
  const changed = union(added, modified);
  const conflicts = others.flatMap((entry) => {
    const both = intersection(entry.fieldsV1, changed);
    return isNone(both) ? [] : [{ who: describe(entry), fields: pathsOf(both) }];
  });
  if (conflicts.length > 0 && !options.force)
    throw conflictError(conflicts.toSorted((a, b) => (a.who < b.who ? -1 : 1)));
  const left = without(others, union(changed, removed));
  const own = isNone(fields) ? [] : [entryFor(kind, manager, fields, options.now)];
  return { object: isFields(object) ? object : {}, managedFields: inOrder([...left, ...own]) };
}
