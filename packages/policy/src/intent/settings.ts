import type { SettingName } from '@keelson/core';
import { anyCaseKeys, knownSettings } from '@keelson/core';
import { quote } from '../quote.ts';
import type { Warning } from '../warning.ts';

/** The part of an object's metadata that says what its author wants. */
export interface Metadata {
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** One key as it is written, with its value trimmed: a YAML block scalar ends in an invisible newline. */
export interface Entry {
  readonly key: string;
  readonly value: string;
}

/** The entries of one map by the canonical spelling of their keys. */
type Entries = ReadonlyMap<string, Entry>;

export interface MetadataEntries {
  readonly annotations: Entries;
  readonly labels: Entries;
}

export interface Setting extends Entry {
  /** True under `keelson.sh/`, false under Keel's prefix. */
  readonly own: boolean;
}

export type Settings = ReadonlyMap<SettingName, Setting>;

/** The annotations and labels, each key in its canonical spelling. */
export function readEntries({ annotations, labels }: Metadata): MetadataEntries {
  return { annotations: entriesOf(annotations), labels: entriesOf(labels) };
}

function entriesOf(map: Readonly<Record<string, string>>): Entries {
  const entries = new Map<string, Entry>();
  for (const [key, value] of Object.entries(map)) {
    const known = anyCaseKeys.find((candidate) => candidate.toLowerCase() === key.toLowerCase()) ?? key;
    if (known === key || !entries.has(known)) entries.set(known, { key, value: value.trim() });
  }
  return entries;
}

/**
 * The value of each setting. `keelson.sh/` wins over `keel.sh/`, then an annotation over a label, then the spelling that Keel prefers.
 * Keel itself has another order for some keys (the label of an approval or a pull secret wins there; match-tag is read only from the map that
 * holds the policy; a schedule is never read from a label): one order for all keys is what people expect, and every row of Keel's own tests
 * still passes.
 * Values of one prefix that disagree are a warning, in two spellings as in an annotation and a label. What a stronger prefix overrules is none:
 * people keep Keel away from a workload of Keelson by "never".
 */
export function findSettings({ annotations, labels }: MetadataEntries): {
  readonly settings: Settings;
  readonly warnings: readonly Warning[];
} {
  const maps = [annotations, labels];
  const settings = new Map<SettingName, Setting>();
  const warnings: Warning[] = [];
  for (const { name, keelson, keel } of knownSettings) {
    const [first, ...others] = spellingsIn(maps, keelson, true) ?? spellingsIn(maps, keel, false) ?? [];
    if (!first) continue;
    const { key, value, own: isOwn } = first;
    settings.set(name, { key, value, own: isOwn });
    warnings.push(...others.filter(({ value }) => value !== first.value).map((other) => ignored(other, first)));
  }
  return { settings, warnings };
}

interface Spelling extends Setting {
  readonly place: (typeof places)[number];
}

const places = ['annotation', 'label'] as const;

/** The settings under the keys of one prefix, annotations first; undefined where there is none. */
function spellingsIn(maps: readonly Entries[], keys: readonly string[], own: boolean): readonly Spelling[] | undefined {
  const found = maps.flatMap((entries, index) =>
    keys.flatMap((key) => entries.get(key) ?? []).map((entry) => ({ ...entry, own, place: places[index] ?? 'label' })),
  );
  return found.length > 0 ? found : undefined;
}

function ignored(other: Spelling, winner: Spelling): Warning {
  const [lost, won] = other.place === winner.place ? ['', ''] : [`The ${other.place} `, `the ${winner.place} `];
  return {
    code: 'ineffective-annotation',
    key: other.key,
    message: `${lost}${other.key} is ignored, because ${won}${winner.key} says ${quote(winner.value)}; keep one of the two.`,
  };
}
