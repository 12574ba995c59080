import { z } from 'zod';
import { fieldsOf } from '../cluster/json.ts';
import type { Manifest } from './manifest.ts';
import { groupOf, namespaceOf } from './manifest.ts';
import type { InventoryEntry } from './status.ts';

const entries = z.array(z.looseObject({ id: z.string(), v: z.string() }));

export function inventoryOf(manifests: readonly Manifest[]): InventoryEntry[] {
  return manifests.map((each) => ({
    id: [namespaceOf(each), each.metadata.name, groupOf(each), each.kind].join('_'),
    v: each.apiVersion.split('/').at(-1) ?? '',
  }));
}

/** Objects that were applied before and are no longer in git. */
export function goneFrom(kustomization: Record<string, unknown>, now: readonly InventoryEntry[]): Manifest[] {
  const { inventory } = fieldsOf(kustomization['status']);
  const before = entries.safeParse(fieldsOf(inventory)['entries']).data ?? [];
  return before
    .filter(({ id }) => now.every((each) => each.id !== id))
    .map(({ id, v }) => {
      const [namespace = '', name = '', group = '', kind = ''] = id.split('_');
      const metadata = { name, ...(namespace === '' ? {} : { namespace }) };
      return { apiVersion: group === '' ? v : `${group}/${v}`, kind, metadata };
    });
}
