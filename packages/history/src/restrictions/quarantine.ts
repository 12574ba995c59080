import type { RolloutChange } from '../rollouts/types.ts';
import type { QuarantineEntry } from './types.ts';

/** More than this many failed digests in a row would be a strange workload; each costs its sentence. */
const kept = 20;

type Place = Pick<QuarantineEntry, 'container' | 'image' | 'digest'>;

/** With these in front: what is newest comes first, and each digest once. */
export function withEntries(
  before: readonly QuarantineEntry[],
  added: readonly QuarantineEntry[],
): readonly QuarantineEntry[] {
  const all = [...added, ...before];
  return all.filter((entry, at) => all.findIndex((other) => isSame(entry, other)) === at).slice(0, kept);
}

export function isQuarantined(entries: readonly QuarantineEntry[], place: Place): boolean {
  return entries.some((entry) => isSame(entry, place));
}

/** What keeps these targets from being rolled out (law 7). */
export function entriesAgainst(
  entries: readonly QuarantineEntry[],
  changes: readonly RolloutChange[],
): readonly QuarantineEntry[] {
  return entries.filter((entry) =>
    changes.some(({ container, image, to: { digest } }) => isSame(entry, { container, image, digest })),
  );
}

function isSame(a: Place, b: Place): boolean {
  return a.container === b.container && a.image === b.image && a.digest === b.digest;
}
