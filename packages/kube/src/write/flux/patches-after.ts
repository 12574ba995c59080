import { isDeepStrictEqual } from 'node:util';
import { pinnedImage } from '../pinned-image.ts';
import type { PinChange, WantedPin } from './pin-change.ts';
import { markOfPatch, pinMark, pinPatches } from './pin-patch.ts';

/** The list `spec.patches` with the patches of these pins. What is there already stays in its place, so that a second run changes nothing. */
export function patchesAfter(
  before: readonly unknown[],
  patched: readonly WantedPin[],
  change: PinChange,
): readonly unknown[] {
  const added = new Map(
    patched.map((pin) => [
      pinMark(pin),
      pinPatches({ ...pin, image: pinnedImage(pin.image, pin.digest) ?? pin.image }),
    ]),
  );
  for (const [mark, entries] of added) {
    const there = before.filter((entry) => markOfPatch(entry) === mark);
    if (isDeepStrictEqual(there, entries)) added.delete(mark);
  }
  const stays = new Set(patched.map(pinMark).filter((mark) => !added.has(mark)));
  const prefix = pinMark({ ...change.workload, container: '' });
  const goes = (mark: string) => mark.startsWith(prefix) && change.dropped(mark.slice(prefix.length));
  const kept = before.filter((entry) => {
    const mark = markOfPatch(entry);
    return mark === undefined || stays.has(mark) || !(added.has(mark) || goes(mark));
  });
  return [...kept, ...[...added.values()].flat()];
}
