import { isDeepStrictEqual } from 'node:util';
import { fields, text } from '../../fields.ts';
import { fluxKinds } from '../../owner/flux-kinds.ts';
import { pointer } from '../json-patch.ts';

/** Which HelmRelease the patches of a Kustomization change. */
export interface ReleaseKey {
  readonly namespace: string;
  readonly name: string;
}

/** Where a HelmRelease has the list to which Keelson's patches add. */
export const listPath = pointer('spec', 'postRenderers');

const comment = '# keelson.sh/list: ';

/** A name as a regular expression (RE2) that matches it alone: of what a name may contain, only the dot means something else. */
export function exactly(name: string): string {
  return name.replaceAll('.', '\\.');
}

/** The target of a patch that changes a HelmRelease. */
export function targetOf({ namespace, name }: ReleaseKey) {
  const { group } = fluxKinds['flux-helmrelease'];
  return { group, kind: 'HelmRelease', name: `^${exactly(name)}$`, namespace: `^${exactly(namespace)}$` };
}

/** Whether a patch of Keelson's changes this HelmRelease; without one: a workload. */
export function isThrough(entry: unknown, release: ReleaseKey | undefined): boolean {
  const { target } = fields(entry);
  return release ? isDeepStrictEqual(target, targetOf(release)) : fields(target).kind !== 'HelmRelease';
}

function isList(entry: unknown): boolean {
  return text(fields(entry).patch)?.startsWith(comment) ?? false;
}

/** Whether a patch of Keelson's gives the HelmRelease the list to which the others add. */
export function hasList(patches: readonly unknown[], release: ReleaseKey): boolean {
  return patches.some((entry) => isList(entry) && isThrough(entry, release));
}

function listEntry(release: ReleaseKey, list: readonly unknown[]): unknown {
  const { namespace, name } = release;
  const add = { op: 'add', path: listPath, value: list };
  return { target: targetOf(release), patch: `${comment}${namespace}/${name}\n- ${JSON.stringify(add)}\n` };
}

/** The patches with a list before the first pin that adds to it, and without lists to which no pin adds any more. */
export function withLists(
  patches: readonly unknown[],
  isPin: (entry: unknown) => boolean,
  given: { readonly release: ReleaseKey; readonly list: readonly unknown[] } | undefined,
): readonly unknown[] {
  const pins = patches.filter(isPin);
  const isUsed = (entry: unknown) => pins.some((pin) => isDeepStrictEqual(fields(pin).target, fields(entry).target));
  const kept = patches.filter((entry) => !isList(entry) || isUsed(entry));
  const first = given ? kept.findIndex((entry) => isPin(entry) && isThrough(entry, given.release)) : -1;
  if (!given || first < 0 || hasList(kept, given.release)) return kept;
  return kept.toSpliced(first, 0, listEntry(given.release, given.list));
}
