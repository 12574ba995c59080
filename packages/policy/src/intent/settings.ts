import { quote } from '../quote.ts';
import type { Warning } from '../warning.ts';
import type { SettingName } from './keys.ts';
import { anyCaseKeys, knownSettings } from './keys.ts';

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
 * Two spellings of one prefix that disagree within the annotations, or within the labels, are a warning. What a stronger prefix or map
 * overrules is not.
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
    settings.set(name, first);
    warnings.push(...others.filter(({ value }) => value !== first.value).map((other) => ignored(other, first)));
  }
  return { settings, warnings };
}

/** The settings under the keys of one prefix: all such annotations, or all such labels where there is no annotation; undefined without either. */
function spellingsIn(maps: readonly Entries[], keys: readonly string[], own: boolean): readonly Setting[] | undefined {
  return maps
    .map((entries) => keys.flatMap((key) => entries.get(key) ?? []).map((entry) => ({ ...entry, own })))
    .find((found) => found.length > 0);
}

function ignored(other: Setting, winner: Setting): Warning {
  return {
    code: 'ineffective-annotation',
    key: other.key,
    message: `${other.key} is ignored, because ${winner.key} says ${quote(winner.value)}; keep one of the two.`,
  };
}
