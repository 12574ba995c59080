import type { WorkloadKind } from '@keelson/core';
import { bounds } from '@keelson/core';
import type { Fields } from '../fields.ts';
import { fields, list, text } from '../fields.ts';
import { fieldManager, isPinAnnotation, stateKey } from '../keys.ts';
import type { FieldWriter, Workload } from '../types.ts';
import { templatePathOf } from './kinds.ts';

/** The fields below a path that one field manager owns: FieldsV1 names each field `f:<name>`. */
function below(owned: unknown, path: readonly string[]): Fields {
  return fields(path.reduce<unknown>((inner, name) => fields(inner)[`f:${name}`], owned));
}

/** Matches `k:{"name":"app"}`, a container in FieldsV1; names have no character that JSON escapes. */
const itemKey = /^k:\{"name":"([^"\\]+)"\}$/;

/** The fields that Keelson reads and one field manager owns. */
function ownedKeys(owned: unknown, template: readonly string[]): readonly string[] {
  const digests = Object.keys(below(owned, [...template, 'metadata', 'annotations']))
    .map((key) => key.slice('f:'.length))
    .filter(isPinAnnotation)
    .slice(0, bounds.otherKeys);
  const images = ['containers', 'initContainers'].flatMap((held) =>
    Object.entries(below(owned, [...template, 'spec', held]))
      .slice(0, bounds.containersKept)
      .flatMap(([key, inner]) => {
        const name = fields(inner)['f:image'] === undefined ? undefined : itemKey.exec(key)?.[1];
        return name === undefined ? [] : [`image:${name}`];
      }),
  );
  const state = below(owned, ['metadata', 'annotations'])[`f:${stateKey}`] === undefined ? [] : [stateKey];
  return [...digests, ...images, ...state];
}

// `time` is RFC 3339 in UTC, in whole seconds: when that field manager last changed anything. One that only applied what was there already has
// no time and comes last. Within one second the order of the API server stays.
function newestFirst(one: Fields, other: Fields): number {
  const [mine, others] = [text(one.time) ?? '', text(other.time) ?? ''];
  if (mine === others) return 0;
  return mine > others ? -1 : 1;
}

/**
 * The field managers of what Keelson writes, from `metadata.managedFields`, of which nothing else is kept: it is the largest part of many
 * objects. Managers of subresources only (`status`, `scale`) are left out.
 */
export function readWriters(kind: WorkloadKind, metadata: Fields): Workload['writers'] {
  const template = templatePathOf(kind);
  const entries = list(metadata.managedFields)
    .map(fields)
    .filter(({ subresource }) => subresource === undefined)
    .toSorted(newestFirst);
  const writers: Record<string, readonly FieldWriter[]> = {};
  for (const { manager, operation, fieldsV1 } of entries) {
    const writer: FieldWriter = { manager: text(manager) ?? '', operation: operation === 'Apply' ? 'Apply' : 'Update' };
    for (const key of ownedKeys(fieldsV1, template)) {
      const others = writers[key] ?? [];
      // A manager has one entry for each apiVersion that it wrote with.
      const known = others.some((one) => one.manager === writer.manager && one.operation === writer.operation);
      // A growing array reserves memory, which adds up at a thousand workloads.
      if (known || (others.length >= bounds.writersKept && writer.manager !== fieldManager)) continue;
      writers[key] = [...others, writer];
    }
  }
  return writers;
}

/** The field managers of anything in the containers of the pod template. One stays so where another one writes the image. */
export function containerManagers(kind: WorkloadKind, metadata: Fields): readonly string[] {
  return list(metadata.managedFields).flatMap((entry) => {
    const { manager, subresource, fieldsV1 } = fields(entry);
    const owned = below(fieldsV1, [...templatePathOf(kind), 'spec', 'containers']);
    return subresource === undefined && Object.keys(owned).length > 0 ? (text(manager) ?? []) : [];
  });
}
