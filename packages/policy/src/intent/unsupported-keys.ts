import type { unsupportedKeyNames } from '@keelson/core';
import { quote } from '../quote.ts';
import type { Warning } from '../warning.ts';
import type { MetadataEntries } from './settings.ts';

interface UnsupportedKey {
  readonly key: (typeof unsupportedKeyNames)[number];
  /** Keel's default, which has no effect and so needs no warning. */
  readonly inert?: string;
  /** What happens instead. */
  readonly instead: string;
}

const approvals: UnsupportedKey = {
  key: 'keel.sh/approvals',
  inert: '0',
  instead:
    'Keelson has no approvals yet, so nothing is rolled out while it requests them; remove it to roll pushes out',
};

const table: readonly UnsupportedKey[] = [
  approvals,
  { key: 'keel.sh/approvalDeadline', instead: 'Keelson has no approvals yet, so it has no effect' },
  { key: 'keel.sh/notify', instead: 'Keelson sends no notifications yet, so it has no effect' },
  { key: 'keel.sh/releaseNotes', instead: 'Keelson sends no notifications yet, so it has no effect' },
  {
    key: 'keel.sh/imageVolumes',
    inert: 'false',
    instead: 'Keelson follows containers only yet, so image volumes stay as they are',
  },
  {
    key: 'keel.sh/matchPreRelease',
    inert: 'true',
    instead: 'it matters to version policies only, which Keelson does not have yet, so it has no effect',
  },
];

/** One warning for each of those keys whose value is not Keel's default. */
export function unsupportedKeys(entries: MetadataEntries): readonly Warning[] {
  return table.flatMap((row) => {
    const [requested] = requestsOf(entries, row);
    return requested
      ? [
          {
            code: 'unsupported',
            key: requested.key,
            message: `${requested.key} is ${quote(requested.value)}: ${row.instead}.`,
          },
        ]
      : [];
  });
}

/**
 * Whether an annotation or a label requests approval votes, even with an unreadable value: rolling out without a requested vote
 * must never happen.
 */
export function requestsApproval(entries: MetadataEntries): boolean {
  return requestsOf(entries, approvals).length > 0;
}

function requestsOf({ annotations, labels }: MetadataEntries, { key, inert }: UnsupportedKey) {
  return [annotations, labels]
    .flatMap((entries) => entries.get(key) ?? [])
    .filter(({ value }) => value !== '' && value !== inert);
}
