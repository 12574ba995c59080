import { bounds, configuringKeys, isKnownKey, prefixes } from '@keelson/core';
import { nearest } from '../nearest.ts';
import { cut } from '../quote.ts';
import type { Warning } from '../warning.ts';
import type { MetadataEntries } from './settings.ts';

/** A warning for each key under either prefix that Keelson does not know, the first ones with the key that was probably meant. */
export function unknownKeys({ annotations, labels }: MetadataEntries): readonly Warning[] {
  const keys = new Set([...labels, ...annotations].flatMap(([known, { key }]) => (isKnownKey(known) ? [] : [key])));
  const unknown = [...keys].filter((key) => prefixOf(key) !== undefined);
  return unknown.map((key, index) => unknownKey(key, index < bounds.warnings));
}

function prefixOf(key: string): string | undefined {
  return prefixes.find((prefix) => key.startsWith(prefix));
}

function unknownKey(key: string, advised: boolean): Warning {
  const message = `Nothing reads ${cut(key, 80)}, so it has no effect`;
  return { code: 'unknown-annotation', key, message: `${message}${advised ? `; ${advice(key)}` : '.'}` };
}

function advice(key: string): string {
  const prefix = prefixOf(key) ?? '';
  const candidates = configuringKeys.filter((candidate) => candidate.startsWith(prefix));
  const names = candidates.map((candidate) => candidate.slice(prefix.length));
  const meant = nearest(key.slice(prefix.length), names);
  return meant ? `did you mean ${prefix}${meant}?` : `known are ${names.join(', ')}.`;
}
