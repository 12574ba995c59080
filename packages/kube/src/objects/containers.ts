import { bounds } from '@keelson/core';
import type { Fields } from '../fields.ts';
import { fields, list, optional, text } from '../fields.ts';
import type { Container } from '../types.ts';

/** Containers first, then init containers, each with its index in its own list. */
export function readContainers(podSpec: Fields): readonly Container[] {
  const read = (values: unknown, init: boolean): Container[] =>
    list(values)
      .slice(0, bounds.containersKept)
      .map((value, index) => {
        const container = fields(value);
        return {
          name: text(container.name) ?? '',
          image: text(container.image)?.slice(0, bounds.imageChars) ?? '',
          ...optional('imagePullPolicy', text(container.imagePullPolicy)),
          init,
          index,
          ...optional('sidecar', init && container.restartPolicy === 'Always' ? (true as const) : undefined),
        };
      });
  return [...read(podSpec.containers, false), ...read(podSpec.initContainers, true)];
}
