import type { Digest } from '@keelson/image';
import { digestOfImageID, unpin } from '@keelson/image';
import type { Workload } from '../types.ts';

const prefix = 'digest.keelson.sh/';

export function annotationKey(container: string): string {
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

/** Our marks on this object that still fit their containers, by annotation key. */
export function fittingMarks({ containers, templateAnnotations }: Workload): Readonly<Record<string, string>> {
  const entries = containers.flatMap(({ name, image }) => {
    const key = annotationKey(name);
    const value = templateAnnotations[key];
    return value !== undefined && digestOfAnnotation(value, image) !== undefined ? [[key, value] as const] : [];
  });
  return Object.fromEntries(entries);
}
