import { ANY_CASE_KEYS } from './keys.ts';

/** The part of an object's metadata that says what its author wants. */
export interface Metadata {
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** One key as it was written, with its value trimmed: a YAML block scalar ends in a newline that nobody sees. */
export interface Entry {
  readonly key: string;
  readonly value: string;
}

/** The entries of one map by the key that each is known under. */
export type Entries = ReadonlyMap<string, Entry>;

/** What an object's metadata holds, read once for all who look into it. */
export interface MetadataEntries {
  readonly annotations: Entries;
  readonly labels: Entries;
}

export function readEntries({ annotations, labels }: Metadata): MetadataEntries {
  return { annotations: entriesOf(annotations), labels: entriesOf(labels) };
}

function entriesOf(map: Readonly<Record<string, string>>): Entries {
  const entries = new Map<string, Entry>();
  for (const [key, value] of Object.entries(map)) {
    const known = ANY_CASE_KEYS.find((candidate) => candidate.toLowerCase() === key.toLowerCase()) ?? key;
    if (known === key || !entries.has(known)) entries.set(known, { key, value: value.trim() });
  }
  return entries;
}
