import { RE2JS } from 're2js';
import type { NamePattern } from '../types.ts';
import type { Setting } from './find-settings.ts';
import type { Reading } from './reading.ts';
import { fine, odd } from './reading.ts';

const ALL: NamePattern = { test: () => true };
const NONE: NamePattern = { test: () => false };
const MAX_PATTERN = 500;

/** DNS subdomain: what a Secret may be called. */
const SECRET_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** `true` or `false`, spelled exactly so, as Keel reads them. Unset or unreadable: false. */
export function readFlag(setting: Setting | undefined): Reading<boolean> {
  if (!setting || setting.value === 'true' || setting.value === 'false') return fine(setting?.value === 'true');
  return odd(setting, false, 'which is neither "true" nor "false"; it counts as "false"', 'write "true" to turn it on');
}

/**
 * Which containers, by a pattern that may match anywhere in the name (Go RE2, as in Keel). One that cannot be read follows none: its author
 * wanted some left alone, and nobody knows which.
 */
export function readNames(setting: Setting | undefined): Reading<NamePattern> {
  if (!setting) return fine(ALL);
  if (setting.value === '')
    return odd(setting, ALL, 'so every container is followed', 'remove it, or write a pattern such as "^app$"');
  try {
    if (setting.value.length <= MAX_PATTERN) return fine(RE2JS.compile(setting.value));
  } catch {
    // The engine's own words are about syntax trees; ours follow.
  }
  return odd(
    setting,
    NONE,
    'which is no regular expression (RE2); no container is followed',
    'write for example "^app$"',
  );
}

/** The name of a Secret. Unreadable: none. */
export function readSecretName(setting: Setting | undefined): Reading<string | undefined> {
  if (!setting) return fine(undefined);
  if (SECRET_NAME.test(setting.value)) return fine(setting.value);
  return odd(
    setting,
    undefined,
    'which is no name of a Secret; it is ignored',
    'write the name of one in the same namespace',
  );
}
