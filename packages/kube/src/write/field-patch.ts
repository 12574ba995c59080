import { fields } from '../fields.ts';
import type { KubeHttp } from '../http/request.ts';
import { templatePathOf, workloadPath } from '../objects/kinds.ts';
import { readMetadata } from '../objects/metadata.ts';
import type { Container, Workload } from '../types.ts';
import { guardedPatch, resultOf } from './guarded-patch.ts';
import type { Operation } from './json-patch.ts';
import { keyOperation, pointer } from './json-patch.ts';
import type { WriteResult } from './types.ts';

type Values = Readonly<Record<string, string | undefined>>;

/** What to change in an object. An annotation that is undefined is removed. */
export interface FieldEdits {
  readonly images?: readonly { readonly container: Container; readonly to: string }[];
  readonly templateAnnotations?: Values;
  readonly annotations?: Values;
}

/** A map of the object, by its path: its known entries, and what to change. */
interface MapEdits {
  readonly path: readonly string[];
  readonly known: Readonly<Record<string, string>>;
  readonly edits: readonly (readonly [string, string | undefined])[];
}

function mapEdits(path: readonly string[], known: MapEdits['known'], values: Values = {}): readonly MapEdits[] {
  const edits = Object.entries(values).filter(([key, value]) => known[key] !== value);
  return edits.length === 0 ? [] : [{ path, known, edits }];
}

/** Adds the maps that are missing along a path: a JSON patch adds no key to a map that does not exist. */
function makeMap(object: unknown, path: readonly string[]): readonly Operation[] {
  let place: unknown = object;
  return path.flatMap((part, depth): readonly Operation[] => {
    place = fields(place)[part];
    return place === undefined || place === null
      ? [{ op: 'add', path: pointer(...path.slice(0, depth + 1)), value: {} }]
      : [];
  });
}

function imageOperations({ kind }: Workload, images: FieldEdits['images'] = []): readonly Operation[] {
  return images.flatMap(({ container: { name, image, init, index }, to }): readonly Operation[] => {
    if (image === to) return [];
    const place = pointer(...templatePathOf(kind), 'spec', init ? 'initContainers' : 'containers', index);
    return [
      { op: 'test', path: `${place}/name`, value: name },
      { op: 'test', path: `${place}/image`, value: image },
      { op: 'replace', path: `${place}/image`, value: to },
    ];
  });
}

/**
 * Writes images and annotations by one JSON patch of exactly those fields. The `test` operations are the guard: the API server refuses the whole
 * patch when the object is another one, or the container or its image changed since it was read (law 3). A new status, which a failing rollout has
 * every second, does not fail it.
 *
 * A trimmed workload does not say whether a map in which no annotation was read exists at all. The whole object is then read first, and its
 * resourceVersion is part of the guard, since adding the map would replace one that another field manager added meanwhile.
 *
 * @throws ConflictError when the guard failed: nothing was written
 */
export async function patchFields(
  http: KubeHttp,
  workload: Workload,
  { images, templateAnnotations, annotations }: FieldEdits,
  signal?: AbortSignal,
): Promise<WriteResult> {
  const maps = [
    ...mapEdits(['metadata', 'annotations'], workload.annotations, annotations),
    ...mapEdits(
      [...templatePathOf(workload.kind), 'metadata', 'annotations'],
      workload.templateAnnotations,
      templateAnnotations,
    ),
  ];
  const pins = imageOperations(workload, images);
  if (maps.length === 0 && pins.length === 0) return resultOf(workload);

  const guard: Operation[] = [{ op: 'test', path: '/metadata/uid', value: workload.uid }];
  const unsure = maps.filter(({ known }) => Object.keys(known).length === 0);
  if (unsure.length > 0) {
    const whole = await http.request({ path: workloadPath(workload), signal });
    guard.push({ op: 'test', path: '/metadata/resourceVersion', value: readMetadata(whole)?.resourceVersion });
    guard.push(...unsure.flatMap(({ path }) => makeMap(whole, path)));
  }
  const keys = maps.flatMap(({ path, edits }) => edits.map(([key, to]) => keyOperation(pointer(...path), key, to)));
  return guardedPatch(http, workload, {
    contentType: 'application/json-patch+json',
    body: [...guard, ...pins, ...keys],
    // A `test` that fails is answered 422 without naming a field; a failed validation names one.
    isGuard: ({ namesField }) => !namesField,
    signal,
  });
}
