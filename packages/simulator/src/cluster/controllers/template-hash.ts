import { safeCharacters } from '../api/random-suffix.ts';
import { canonical } from '../json.ts';

/** A short hash that is a valid label: FNV-1a over the canonical text, in the alphabet of the real controllers. */
export function templateHash(template: unknown): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(canonical(template))) hash = Math.imul(hash ^ byte, 0x01000193);
  return [...String(hash >>> 0)].map((digit) => safeCharacters[digit.charCodeAt(0) % safeCharacters.length]).join('');
}
