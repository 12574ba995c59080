import { nearest } from '../nearest.ts';
import { cut } from '../quote.ts';
import type { Warning } from '../warning.ts';
import { PREFIXES, SETTINGS, WRITTEN_KEYS, WRITTEN_PREFIXES } from './keys.ts';
import type { MetadataEntries } from './settings.ts';
import { UNSUPPORTED_KEYS } from './unsupported-keys.ts';

const SETTING_KEYS: readonly string[] = SETTINGS.flatMap(({ keelson, keel }) => [...keelson, ...keel]);
const KNOWN: ReadonlySet<string> = new Set([...SETTING_KEYS, ...UNSUPPORTED_KEYS, ...WRITTEN_KEYS]);

/** A warning for each key under either prefix that nobody reads, with the key that was probably meant. */
export function unknownKeys({ annotations, labels }: MetadataEntries): readonly Warning[] {
  const known = [...labels, ...annotations];
  const unknown = new Map(known.filter(([key]) => !isKnown(key)).map(([, { key }]) => [key, prefixOf(key)]));
  return [...unknown].flatMap(([key, prefix]) => (prefix ? [unknownKey(key, prefix)] : []));
}

function isKnown(key: string): boolean {
  return KNOWN.has(key) || WRITTEN_PREFIXES.some((prefix) => key.startsWith(prefix));
}

function prefixOf(key: string): string | undefined {
  return PREFIXES.find((prefix) => key.startsWith(prefix));
}

function unknownKey(key: string, prefix: string): Warning {
  const candidates = [...SETTING_KEYS, ...UNSUPPORTED_KEYS].filter((candidate) => candidate.startsWith(prefix));
  const names = candidates.map((candidate) => candidate.slice(prefix.length));
  const meant = nearest(key.slice(prefix.length), names);
  const advice = meant ? `did you mean ${prefix}${meant}?` : `known are ${names.join(', ')}.`;
  return { code: 'unknown-annotation', key, message: `Nothing reads ${cut(key, 80)}, so it has no effect; ${advice}` };
}
