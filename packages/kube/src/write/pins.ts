import type { Digest } from '@keelson/image';
import { unpin } from '@keelson/image';
import { fieldManager, gitImageKey, isPinAnnotation, pinAnnotation } from '../keys.ts';
import type { Workload } from '../types.ts';
import { digestOf, pinnedImage, referenceOf } from './image-text.ts';
import { readPinValue } from './pin-value.ts';

type Pinned = Pick<Workload, 'containers' | 'templateAnnotations'>;

/** The digest in a pin annotation, whatever image it was made for. */
export function annotatedDigest(value: string | undefined): Digest | undefined {
  return readPinValue(value)?.digest;
}

/** The digest in a pin annotation; undefined unless it was made for exactly the image that the container names. */
function digestOfAnnotation(value: string | undefined, image: string): Digest | undefined {
  const pin = readPinValue(value);
  return pin?.from === image ? pin.digest : undefined;
}

/** The image in its author's spelling, where it was pinned together with this annotation: both name the same digest. */
function pinnedTogether(value: string | undefined, image: string): string | undefined {
  const pin = readPinValue(value);
  return pin !== undefined && pinnedImage(pin.from, pin.digest) === image ? pin.from : undefined;
}

/** The digest to which a live object pins a container: that of a pin annotation made for exactly its image, else that in the image. */
export function pinOf({ containers, templateAnnotations }: Pinned, container: string): Digest | undefined {
  const image = containers.find(({ name }) => name === container)?.image;
  if (image === undefined) return undefined;
  return digestOfAnnotation(templateAnnotations[pinAnnotation(container)], image) ?? digestOf(image);
}

/** Every pin annotation on the pod template, by key. */
export function pinsOn({ templateAnnotations }: Pinned): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(templateAnnotations).filter(([key]) => isPinAnnotation(key)));
}

/** The pin annotations that fit the image that their container names, by key. */
export function fittingPins({ containers, templateAnnotations }: Pinned): Readonly<Record<string, string>> {
  const entries = containers.flatMap(({ name, image }) => {
    const key = pinAnnotation(name);
    const value = templateAnnotations[key];
    const fits = digestOfAnnotation(value, image) !== undefined || pinnedTogether(value, image) !== undefined;
    return fits && value !== undefined ? [[key, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** The image as its author spells it: `nginx` where Keelson wrote `nginx:latest@sha256:…` into the object. */
export function spelledByAuthor({ templateAnnotations }: Pinned, container: string, image: string): string {
  return pinnedTogether(templateAnnotations[pinAnnotation(container)], image) ?? unpin(image);
}

/** Whether Keelson pinned the image of a container: the pin annotation names the same digest, or Keelson wrote the image field. */
export function isPinnedByUs(workload: Pinned & Pick<Workload, 'writers'>, container: string): boolean {
  const image = workload.containers.find(({ name }) => name === container)?.image;
  if (image === undefined || digestOf(image) === undefined) return false;
  const value = workload.templateAnnotations[pinAnnotation(container)];
  const wrote = workload.writers[`image:${container}`]?.some(({ manager }) => manager === fieldManager) ?? false;
  return wrote || pinnedTogether(value, image) !== undefined;
}

/** A digest that Keelson pins a container to, in its image or beside it. */
export interface OwnPin {
  readonly container: string;
  /** The image without the pin, as its author spells it: what pods pull once the pin is removed. */
  readonly image: string;
  readonly digest: Digest;
}

/** The pins of Keelson that pods start with. A digest that the author wrote into the image is none. */
export function ownPinsOf(workload: Pinned & Pick<Workload, 'writers'>): readonly OwnPin[] {
  return workload.containers.flatMap(({ name, image }) => {
    const digest = pinOf(workload, name);
    if (digest === undefined || (digestOf(image) !== undefined && !isPinnedByUs(workload, name))) return [];
    return [{ container: name, image: spelledByAuthor(workload, name, image), digest }];
  });
}

/** Whether a pin annotation alone, beside an image without a digest, pins a container of the workload. */
export function isAnnotatedByUs(workload: Pinned): boolean {
  return workload.containers.some(({ name, image }) => {
    return digestOfAnnotation(workload.templateAnnotations[pinAnnotation(name)], image) !== undefined;
  });
}

/**
 * The image that git names for a container that is pinned in `spec.patches` of its Kustomization, as Flux last applied it; the pin hides it
 * from the object otherwise. undefined where no annotation says so. When it names another tag than the live image, git moved on and the
 * pin has to go.
 */
export function gitImageOf({ annotations }: Pick<Workload, 'annotations'>, container: string): string | undefined {
  const image = annotations[gitImageKey(container)];
  return image !== undefined && referenceOf(image) !== undefined && image !== 'unknown' ? image : undefined;
}
