import type { Digest } from '@keelson/image';
import { parseReference } from '@keelson/image';
import type { Workload } from '../types.ts';
import { annotationKey, digestOfAnnotation } from './digest-annotation.ts';

function pinned(image: string): Digest | undefined {
  try {
    return parseReference(image).digest;
  } catch {
    // What is no image reference carries no digest; it is reported where it is followed.
    return undefined;
  }
}

/** The digest that the live object itself carries for a container: the pin in its image, or our annotation made for exactly that image. */
export function markOf(workload: Workload, container: string): Digest | undefined {
  const image = workload.containers.find(({ name }) => name === container)?.image;
  if (image === undefined) return undefined;
  return pinned(image) ?? digestOfAnnotation(workload.templateAnnotations[annotationKey(container)], image);
}
