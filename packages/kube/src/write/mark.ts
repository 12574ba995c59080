import type { Digest } from '@keelson/image';
import type { Workload } from '../types.ts';
import { digestOfAnnotation, pinAnnotation } from './digest-annotation.ts';
import { digestOf } from './pinned-image.ts';

/** The digest that a live object itself carries for a container: the pin in its image, or our annotation made for exactly that image. */
export function pinOf(
  { containers, templateAnnotations }: Pick<Workload, 'containers' | 'templateAnnotations'>,
  container: string,
): Digest | undefined {
  const image = containers.find(({ name }) => name === container)?.image;
  if (image === undefined) return undefined;
  return digestOf(image) ?? digestOfAnnotation(templateAnnotations[pinAnnotation(container)], image);
}
