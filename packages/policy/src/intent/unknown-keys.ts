import { nearest } from '../nearest.ts';
import { cut } from '../quote.ts';
import type { Warning } from '../warning.ts';
import { knownSettings, prefixes, writtenKeys, writtenPrefixes } from './keys.ts';
import type { MetadataEntries } from './settings.ts';
import { unsupportedKeyNames } from './unsupported-keys.ts';

const settingKeys: readonly string[] = knownSettings.flatMap(({ keelson, keel }) => [...keelson, ...keel]);
const known: ReadonlySet<string> = new Set([...settingKeys, ...unsupportedKeyNames, ...writtenKeys]);

/** A warning for each key under either prefix that Keelson does not know, with the key that was probably meant. */
export function unknownKeys({ annotations, labels }: MetadataEntries): readonly Warning[] {
  const known = [...labels, ...annotations];
  const unknown = new Map(known.filter(([key]) => !isKnown(key)).map(([, { key }]) => [key, prefixOf(key)]));
  return [...unknown].flatMap(([key, prefix]) => (prefix ? [unknownKey(key, prefix)] : []));
}

function isKnown(key: string): boolean {
  return known.has(key) || writtenPrefixes.some((prefix) => key.startsWith(prefix));
}

function prefixOf(key: string): string | undefined {
  return prefixes.find((prefix) => key.startsWith(prefix));
}

function unknownKey(key: string, prefix: string): Warning {
  const candidates = [...settingKeys, ...unsupportedKeyNames].filter((candidate) => candidate.startsWith(prefix));
  const names = candidates.map((candidate) => candidate.slice(prefix.length));
  const meant = nearest(key.slice(prefix.length), names);
  const advice = meant ? `did you mean ${prefix}${meant}?` : `known are ${names.join(', ')}.`;
  return { code: 'unknown-annotation', key, message: `Nothing reads ${cut(key, 80)}, so it has no effect; ${advice}` };
}
