import type { Fields } from '../fields.ts';
import { fields, list, text } from '../fields.ts';
import { fieldManager } from '../keys.ts';

/**
 * The lists of a Kustomization that another field manager writes, as its managedFields say; undefined where it writes neither. Each is one field (the
 * definition of the kind makes both atomic), so whoever applies a list replaces all of it, and with it every entry of Keelson's.
 */
export interface TakenLists {
  readonly images?: { readonly manager: string; readonly names: readonly string[] };
  readonly patches?: { readonly manager: string };
}

/** Another field manager of a list; undefined where there is none. */
export function ownerOfList(metadata: Fields, field: 'images' | 'patches'): string | undefined {
  const owner = list(metadata.managedFields)
    .map(fields)
    .find(({ manager, subresource, fieldsV1 }) => {
      const owned = fields(fields(fieldsV1)['f:spec'])[`f:${field}`];
      return manager !== fieldManager && subresource === undefined && owned !== undefined;
    });
  return text(owner?.manager);
}

/** Reads a Kustomization, as the API server sends it. */
export function readTakenLists(object: unknown): TakenLists | undefined {
  const { metadata, spec } = fields(object);
  const [images, patches] = (['images', 'patches'] as const).map((field) => ownerOfList(fields(metadata), field));
  if (images === undefined && patches === undefined) return undefined;
  const names = list(fields(spec).images).flatMap((entry) => text(fields(entry).name) ?? []);
  return {
    ...(images !== undefined && { images: { manager: images, names } }),
    ...(patches !== undefined && { patches: { manager: patches } }),
  };
}
