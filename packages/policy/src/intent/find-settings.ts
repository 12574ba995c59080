import { quote } from '../quote.ts';
import type { Warning } from '../types.ts';
import type { SettingName } from './keys.ts';
import { SETTINGS } from './keys.ts';
import type { Entries, Entry, MetadataEntries } from './metadata.ts';

export interface Setting extends Entry {
  /** Under our own prefix, not Keel's. */
  readonly own: boolean;
}

export type Settings = ReadonlyMap<SettingName, Setting>;

/**
 * What is set, each setting once. `keelson.sh/` wins over `keel.sh/`, then an annotation over a label, then the spelling that Keel prefers.
 * Keel itself differs per key (the label of an approval or a pull secret wins there; match-tag is read only from the map that holds the
 * policy; a schedule is read from no label): one order for all keys is what people expect, and no row of that is lost by it.
 * Two spellings of one prefix that disagree within the annotations, or within the labels, are a warning; whatever a stronger prefix or map
 * overrules is not.
 */
export function findSettings({ annotations, labels }: MetadataEntries): {
  readonly settings: Settings;
  readonly warnings: readonly Warning[];
} {
  const maps = [annotations, labels];
  const settings = new Map<SettingName, Setting>();
  const warnings: Warning[] = [];
  for (const { name, keelson, keel } of SETTINGS) {
    const [first, ...others] = spelled(maps, keelson, true) ?? spelled(maps, keel, false) ?? [];
    if (!first) continue;
    settings.set(name, first);
    warnings.push(...others.filter(({ value }) => value !== first.value).map((other) => ignored(other, first)));
  }
  return { settings, warnings };
}

/**
 * What is set under the keys of one prefix: all such annotations or, where there is none, all such labels; undefined where there is neither.
 * Labels beside an annotation are overruled and left out, so that no warning is made of them even where they say something else.
 */
function spelled(maps: readonly Entries[], keys: readonly string[], own: boolean): readonly Setting[] | undefined {
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
