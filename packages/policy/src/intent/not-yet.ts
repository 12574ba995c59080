import { quote } from '../quote.ts';
import type { Warning } from '../types.ts';
import type { MetadataEntries } from './metadata.ts';

interface NotYet {
  readonly key: string;
  /** Keel's default: asks for nothing, so nothing is missing. */
  readonly inert?: string;
  /** What happens instead. */
  readonly instead: string;
}

const APPROVALS: NotYet = {
  key: 'keel.sh/approvals',
  inert: '0',
  instead:
    'Keelson has no approvals yet, so nothing is rolled out while it asks for them; remove it to let pushes through',
};

const TABLE: readonly NotYet[] = [
  APPROVALS,
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

/** Keys of Keel that Keelson knows and does not act on yet. */
export const NOT_YET_KEYS: readonly string[] = TABLE.map(({ key }) => key);

/** One warning for each of those keys that asks for something. */
export function notYetKeys(entries: MetadataEntries): readonly Warning[] {
  return TABLE.flatMap((row) => {
    const [asked] = asking(entries, row);
    return asked
      ? [{ code: 'unsupported', key: asked.key, message: `${asked.key} is ${quote(asked.value)}: ${row.instead}.` }]
      : [];
  });
}

/**
 * True when an annotation or a label asks for votes, even unreadably: rolling out without a vote that somebody asked for is the one
 * thing that must not happen.
 */
export function asksForApproval(entries: MetadataEntries): boolean {
  return asking(entries, APPROVALS).length > 0;
}

function asking({ annotations, labels }: MetadataEntries, { key, inert }: NotYet) {
  return [annotations, labels]
    .flatMap((entries) => entries.get(key) ?? [])
    .filter(({ value }) => value !== '' && value !== inert);
}
