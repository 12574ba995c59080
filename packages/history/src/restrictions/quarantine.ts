import { bounds } from '@keelson/core';
import type { RolloutChange } from '../rollouts/types.ts';
import type { QuarantineEntry } from './types.ts';

type EntryKey = Pick<QuarantineEntry, 'container' | 'image' | 'digest'>;

/** Adds entries in front: the newest comes first, each digest appears once, and only so many are kept. */
export function withEntries(
  before: readonly QuarantineEntry[],
  added: readonly QuarantineEntry[],
): readonly QuarantineEntry[] {
  const all = [...added, ...before];
  return all.filter((entry, at) => all.findIndex((other) => isSame(entry, other)) === at).slice(0, bounds.quarantined);
}

export function isQuarantined(entries: readonly QuarantineEntry[], key: EntryKey): boolean {
  return entries.some((entry) => isSame(entry, key));
}

/** The entries of the targets of these changes, which must not be rolled out (law 7). */
export function entriesAgainst(
  entries: readonly QuarantineEntry[],
  changes: readonly RolloutChange[],
): readonly QuarantineEntry[] {
  return entries.filter((entry) =>
    changes.some(({ container, image, to: { digest } }) => isSame(entry, { container, image, digest })),
  );
}

function isSame(a: EntryKey, b: EntryKey): boolean {
  return a.container === b.container && a.image === b.image && a.digest === b.digest;
}
