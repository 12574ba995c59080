import type { Digest } from '@keelson/image';
import { digestOfImageID, unpin } from '@keelson/image';
import type { Workload } from '../types.ts';
import { fieldManager } from './field-manager.ts';
import { digestOf, pinnedImage } from './pinned-image.ts';

const prefix = 'digest.keelson.sh/';

export function pinAnnotation(container: string): string {
  return `${prefix}${container}`;
}

/** The full image beside the digest: a mark made for another tag or repository is then told apart and never believed. */
export function annotationValue(image: string, digest: Digest): string {
  return `${unpin(image)}@${digest}`;
}

/** The digest of a mark, while the container still names exactly the image that it was made for. */
export function digestOfAnnotation(value: string | undefined, image: string): Digest | undefined {
  const at = value?.indexOf('@') ?? -1;
  if (value === undefined || at < 0 || value.slice(0, at) !== image) return undefined;
  return digestOfImageID(value);
}

/** True when the image was pinned together with this mark: both say the same, and the mark keeps the spelling that git has. */
function madeWith(value: string, image: string): boolean {
  const digest = digestOfImageID(value);
  return digest !== undefined && image.endsWith(`@${digest}`) && pinnedImage(unpin(value), digest) === image;
}

/** The image as its author spells it: `nginx` where we wrote `nginx:latest@sha256:…` into the object. */
export function spelledByAuthor({ templateAnnotations }: Marked, container: string, image: string): string {
  const mark = templateAnnotations[pinAnnotation(container)];
  return mark !== undefined && madeWith(mark, image) ? unpin(mark) : unpin(image);
}

type Marked = Pick<Workload, 'containers' | 'templateAnnotations'>;

/** Whether Keelson pinned the image: our mark beside it says the same, or it was we who wrote it. */
export function isPinnedByUs(workload: Marked & Pick<Workload, 'writers'>, container: string): boolean {
  const image = workload.containers.find(({ name }) => name === container)?.image;
  if (image === undefined || digestOf(image) === undefined) return false;
  const mark = workload.templateAnnotations[pinAnnotation(container)];
  const wrote = workload.writers[`image:${container}`]?.some(({ manager }) => manager === fieldManager) ?? false;
  return wrote || (mark !== undefined && madeWith(mark, image));
}

/** Every annotation of ours on the pod template, by key. */
export function pinsOn({ templateAnnotations }: Marked): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(templateAnnotations).filter(([key]) => key.startsWith(prefix)));
}

/** Our marks on this object that still fit their containers, by annotation key. */
export function fittingPins({ containers, templateAnnotations }: Marked): Readonly<Record<string, string>> {
  const entries = containers.flatMap(({ name, image }) => {
    const key = pinAnnotation(name);
    const value = templateAnnotations[key];
    const fits = value !== undefined && (digestOfAnnotation(value, image) !== undefined || madeWith(value, image));
    return fits ? [[key, value] as const] : [];
  });
  return Object.fromEntries(entries);
}
