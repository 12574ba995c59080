import { isDeepStrictEqual } from 'node:util';
import type { WorkloadKey } from '@keelson/core';
import { fields, text } from '../../fields.ts';
import { pinsKey } from '../../keys.ts';
import type { Operation } from '../json-patch.ts';
import { keyOperation, pointer } from '../json-patch.ts';
import type { Pin } from './image-entries.ts';
import { entryPins, imageEntry, isOf, isOwnEntry, pinsText, spelledTag } from './image-entries.ts';
import type { Kustomization } from './kustomization.ts';
import type { PatchedContainer, PatchesDropped } from './patch-entries.ts';
import { patchesAfter, pinId, pinIdOf } from './patch-entries.ts';

export interface WantedPin extends Pin, Pick<PatchedContainer, 'release'> {
  /** An entry in `spec.images` would hit other containers too, or had no effect: this container needs a patch of its own. */
  readonly byPatch: boolean;
  /** See PatchedContainer. */
  readonly isFirst: boolean;
}

/** How the pins of one workload change: those of `dropped` containers are removed, those of `wanted` are added. Other workloads' stay. */
export interface PinChange extends PatchesDropped {
  readonly wanted: readonly WantedPin[];
}

/** Removes every pin of a workload. */
export function withoutPins({ kind, namespace, name }: WorkloadKey): PinChange {
  return { workload: { kind, namespace, name }, dropped: () => true, wanted: [] };
}

/** Where pins are: in a Kustomization's spec, or in an entry of a HelmRelease's `spec.postRenderers`, with the annotation beside them. */
export type PinLists = Pick<Kustomization, 'images' | 'patches' | 'imagesOwner' | 'naming'> & {
  readonly annotations: Readonly<Record<string, string>> | undefined;
};

export interface ListsAfter {
  readonly images: readonly unknown[];
  readonly patches: readonly unknown[];
  /** Of the annotation `keelson.sh/pins`; undefined: it goes. */
  readonly pins: string | undefined;
}

/**
 * The lists with the change made. A pin goes into `spec.images` where such an entry matches nothing else, since it stops matching by itself when git
 * names another tag; otherwise into `spec.patches`. kustomize applies the images after the patches, so an entry that other containers share becomes
 * patches too.
 */
export function listsAfter(lists: PinLists, change: PinChange): ListsAfter {
  const { images, patches, imagesOwner } = lists;
  const goes = (pin: Pin) => isOf(pin, change.workload) && change.dropped(pin.container);
  const before = entryPins(lists);
  const kept = before.filter((pin) => !goes(pin)).map((pin) => ({ ...pin, byPatch: false, isFirst: false }));
  const names = new Set(before.map(({ image }) => image));
  const isOurs = (entry: unknown) => names.has(text(fields(entry).name) ?? '') || isOwnEntry(entry);
  const othersEntries = images.filter((entry) => imagesOwner !== undefined || !isOurs(entry));
  const isListFree = imagesOwner === undefined && othersEntries.length === 0;

  const patchedBefore = new Set(patches.map(pinIdOf));
  const all: readonly WantedPin[] = [
    ...kept,
    ...change.wanted.map((pin) => {
      const noEntry =
        pin.release !== undefined ||
        !isListFree ||
        spelledTag(pin.image) === undefined ||
        patchedBefore.has(pinId(pin));
      return { ...pin, byPatch: pin.byPatch || noEntry };
    }),
  ];
  const entries = all.filter((pin) => canBeEntry(all, pin)).toSorted(byImage);
  const patched = all.filter((pin) => !entries.includes(pin));
  const entryOf = new Map(entries.map(({ image, digest }) => [image, imageEntry(image, digest)]));

  return {
    images: [...othersEntries, ...entryOf.values()],
    patches: patchesAfter(patches, patched, change, lists.naming),
    pins: pinsText(entries),
  };
}

/**
 * The operations of a JSON patch that make the change in a Kustomization; none when it is that way already. Pure: from what was read, which has to
 * guard the patch.
 */
export function changePins(kustomization: Kustomization, change: PinChange): readonly Operation[] {
  const { images, patches } = kustomization;
  const after = listsAfter(kustomization, change);
  return [
    ...listOperations('images', images, after.images),
    ...listOperations('patches', patches, after.patches),
    ...annotationOperations(kustomization, after.pins),
  ];
}

/** An entry of `spec.images` hits every container of that image in the Kustomization: it serves one workload, with one digest. */
function canBeEntry(all: readonly WantedPin[], pin: WantedPin): boolean {
  // A patch of a HelmRelease is no image of the Kustomization's own.
  const same = all.filter(({ image, release }) => image === pin.image && (release === undefined || pin.release));
  return same.every((other) => !other.byPatch && isOf(other, pin) && other.digest === pin.digest);
}

/** A stable order: whoever writes last does not move the entries that are there. */
function byImage(one: Pin, other: Pin): number {
  const [left, right] = [one, other].map((pin) => `${pin.image} ${pinId(pin)}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

function listOperations(
  field: 'images' | 'patches',
  before: readonly unknown[],
  after: readonly unknown[],
): readonly Operation[] {
  if (isDeepStrictEqual(before, after)) return [];
  const path = pointer('spec', field);
  return [after.length === 0 ? { op: 'remove', path } : { op: 'add', path, value: after }];
}

function annotationOperations({ annotations }: Kustomization, value: string | undefined): readonly Operation[] {
  return annotations?.[pinsKey] === value ? [] : [keyOperation(pointer('metadata', 'annotations'), pinsKey, value)];
}
