import { isDeepStrictEqual } from 'node:util';
import type { WorkloadKey } from '@keelson/core';
import type { Digest } from '@keelson/image';
import { fields, text } from '../../fields.ts';
import type { Operation } from '../json-patch.ts';
import { keyOperation, pointer } from '../json-patch.ts';
import { pinsKey } from '../keys.ts';
import { referenceOf } from '../pinned-image.ts';
import type { Kustomization } from './kustomization.ts';
import { patchesAfter } from './patches-after.ts';
import type { PinChange, WantedPin } from './pin-change.ts';
import { markOfPatch, pinMark } from './pin-patch.ts';
import type { Pin } from './pins.ts';
import { entryPins, isOf, pinsText } from './pins.ts';

/** The tag, where the image spells one out: only then does an entry with the literal image for a name hit that image alone. */
function spelledTag(image: string): string | undefined {
  const tag = referenceOf(image)?.tag;
  return tag !== undefined && image.endsWith(`:${tag}`) ? tag : undefined;
}

function imageEntry(image: string, digest: Digest): unknown {
  return { name: image, newTag: spelledTag(image), digest };
}

/** An entry of `spec.images` hits every container of that image in the Kustomization: it serves one workload, with one digest. */
function byEntry(all: readonly WantedPin[], pin: WantedPin): boolean {
  const same = all.filter(({ image }) => image === pin.image);
  return same.every((other) => !other.alone && isOf(other, pin) && other.digest === pin.digest);
}

/** Whoever writes last must not move what is there. */
function inOrder(one: Pin, other: Pin): number {
  const [left, right] = [one, other].map((pin) => `${pin.image} ${pinMark(pin)}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

function listOperations(field: 'images' | 'patches', before: readonly unknown[], after: readonly unknown[]) {
  if (isDeepStrictEqual(before, after)) return [];
  return [keyOrList(field, after)];
}

function keyOrList(field: string, after: readonly unknown[]): Operation {
  const path = pointer('spec', field);
  return after.length === 0 ? { op: 'remove', path } : { op: 'add', path, value: after };
}

function annotationOperations({ annotations }: Kustomization, value: string | undefined): readonly Operation[] {
  if (annotations?.[pinsKey] === value) return [];
  const map = pointer('metadata', 'annotations');
  const made: readonly Operation[] = annotations === undefined ? [{ op: 'add', path: map, value: {} }] : [];
  return [...made, keyOperation(map, pinsKey, value)];
}

/**
 * The JSON patch that makes it so; empty when it is so already. Pure: from what was read, which its first operations hold it to.
 *
 * By `spec.images` where that hits nothing else, since such an entry lets go by itself when git names another tag. Else by `spec.patches`;
 * kustomize applies the images after the patches, so that an entry which others use becomes patches too.
 */
export function changePins(kustomization: Kustomization, change: PinChange): readonly Operation[] {
  const { images, patches, imagesOwner, uid, resourceVersion } = kustomization;
  const goes = (pin: Pin) => isOf(pin, change.workload) && change.dropped(pin.container);
  const before = entryPins(kustomization);
  const kept = before.filter((pin) => !goes(pin)).map((pin) => ({ ...pin, alone: false, first: false }));
  const names = new Set(before.map(({ image }) => image));
  const retryable = images.filter((entry) => imagesOwner !== undefined || !names.has(text(fields(entry).name) ?? ''));
  const free = imagesOwner === undefined && retryable.length === 0;

  const patchedBefore = new Set(patches.map(markOfPatch));
  const all: readonly WantedPin[] = [
    ...kept,
    ...change.wanted.map((pin) => {
      const noEntry = !free || spelledTag(pin.image) === undefined || patchedBefore.has(pinMark(pin));
      return { ...pin, alone: pin.alone || noEntry };
    }),
  ];
  const entries = all.filter((pin) => byEntry(all, pin)).toSorted(inOrder);
  const patched = all.filter((pin) => !entries.includes(pin));

  const byImage = new Map(entries.map(({ image, digest }) => [image, imageEntry(image, digest)]));

  const operations = [
    ...listOperations('images', images, [...retryable, ...byImage.values()]),
    ...listOperations('patches', patches, patchesAfter(patches, patched, change)),
    ...annotationOperations(kustomization, pinsText(entries)),
  ];
  if (operations.length === 0) return [];
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    ...operations,
  ];
}

/** Whether a patch of ours is there for the workload. */
export function hasPatches({ patches }: Kustomization, workload: WorkloadKey): boolean {
  const prefix = pinMark({ ...workload, container: '' });
  return patches.some((entry) => markOfPatch(entry)?.startsWith(prefix));
}
