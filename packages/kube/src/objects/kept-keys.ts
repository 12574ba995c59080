import { bounds, isKnownKey, prefixes } from '@keelson/core';
import { strings } from '../fields.ts';
import { gitImageKey, isPinAnnotation, reconcileKey, stateKey } from '../keys.ts';
import { fluxKinds } from '../owner/flux-kinds.ts';

type Texts = Readonly<Record<string, string>>;

/** kubectl keeps the whole manifest there. */
const unread = 'kubectl.kubernetes.io/last-applied-configuration';

/** What is read beside the keys of Keelson and Keel. */
const usedKeys: ReadonlySet<string> = new Set([
  reconcileKey,
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/instance',
  'app.kubernetes.io/instance',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'helm.toolkit.fluxcd.io/driftDetection',
  ...Object.values(fluxKinds).flatMap(({ group }) => [`${group}/name`, `${group}/namespace`]),
]);

/**
 * The annotations or labels of an object that are read, of at most 4,096 characters, or 16,384 for `keelson.sh/state`: an object has room for a megabyte
 * of others. Some that begin like Keelson's own stay, since Keel reads a few keys in any case and the others are warned of; `more` counts the rest of them. Of all
 * others a few short ones stay.
 */
export function keptKeys(map: unknown): { readonly kept: Texts; readonly more: number } {
  const entries = Object.entries(strings(map)).filter(
    ([key, { length }]) => key !== unread && length <= (key === stateKey ? bounds.stateChars : bounds.annotationChars),
  );
  const read = entries.filter(([key]) => usedKeys.has(key) || isSetting(key));
  // A pin of a container and what git names for it are ours, and as many as there are names.
  const ours = entries.filter(([key]) => !usedKeys.has(key) && !isSetting(key) && isOurs(key));
  const few = ours
    .slice(0, bounds.otherKeys)
    .map(([key, value]) => [key, isPin(key) ? value : value.slice(0, bounds.foreignChars)] as const);
  // They say that there is a map, which a patch has to know.
  const others = entries.filter(
    ([key, { length }]) => !usedKeys.has(key) && !isKnownKey(key) && !isOurs(key) && length <= bounds.foreignChars,
  );
  const kept = [...read, ...few, ...others.slice(0, bounds.foreignKeys)];
  return { kept: Object.fromEntries(kept), more: ours.length - few.length };
}

function isSetting(key: string): boolean {
  return isKnownKey(key) && !isPin(key);
}

function isPin(key: string): boolean {
  return isPinAnnotation(key) || key.startsWith(gitImageKey(''));
}

function isOurs(key: string): boolean {
  return isPin(key) || prefixes.some((prefix) => key.startsWith(prefix));
}
