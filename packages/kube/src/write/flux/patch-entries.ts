import { isDeepStrictEqual } from 'node:util';
import type { WorkloadKey } from '@keelson/core';
import type { Digest } from '@keelson/image';
import { digestOfImageID } from '@keelson/image';
import { fields, text } from '../../fields.ts';
import { gitImageKey } from '../../keys.ts';
import { apiVersionOf, templatePathOf } from '../../objects/kinds.ts';
import { releaseInventoryId } from '../../owner/inventory.ts';
import { pinnedImage } from '../image-text.ts';
import { pointer } from '../json-patch.ts';
import type { Pin } from './image-entries.ts';
import { imageEntry } from './image-entries.ts';
import type { Kustomization, Naming } from './kustomization.ts';
import type { ReleaseKey } from './release-list.ts';
import { exactly, isThrough, listPath, targetOf, withLists } from './release-list.ts';

/** A container to pin by entries in `spec.patches`. */
export interface PatchedContainer extends Omit<Pin, 'digest'> {
  /** True when it is the first of `containers` on the live object: git's own image of it can be copied from there. */
  readonly isFirst: boolean;
  /** Its workload is applied by this HelmRelease: the patch adds an entry to its `spec.postRenderers`, instead of changing the workload. */
  readonly release?: PinnedRelease;
}

/** A HelmRelease that a Kustomization applies. */
export interface PinnedRelease extends ReleaseKey {
  /** The entry names the container, instead of its image, which other containers have too. */
  readonly byContainer: boolean;
  /** Objects of the chart that name no namespace are given this one, after every post-renderer. */
  readonly targetNamespace: string;
}

const comment = '# keelson.sh/pin: ';

/** `Deployment/shop/web app`: the container that a patch of Keelson's pins. The first line of the patch, which kustomize keeps and ignores. */
export function pinId({
  kind,
  namespace,
  name,
  container,
}: Pick<Pin, 'kind' | 'namespace' | 'name' | 'container'>): string {
  return `${kind}/${namespace}/${name} ${container}`;
}

/** The container that an entry of `spec.patches` pins; undefined when the entry is not Keelson's. */
export function pinIdOf(entry: unknown): string | undefined {
  const [first = ''] = (text(fields(entry).patch) ?? '').split('\n');
  return first.startsWith(comment) ? first.slice(comment.length).trim() : undefined;
}

const isPin = (entry: unknown) => pinIdOf(entry) !== undefined;

/** The start of every `pinId` of a workload. */
function pinIdsOf(workload: WorkloadKey): string {
  return pinId({ ...workload, container: '' });
}

/** YAML in which every value is written as JSON, which needs no quoting rules of its own. */
function document(body: Readonly<Record<string, unknown>>): string {
  return Object.entries(body)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');
}

function nameInGit(name: string, { namePrefix = '', nameSuffix = '' }: Naming): string {
  const isNamed = name.length > namePrefix.length + nameSuffix.length;
  if (!isNamed || !name.startsWith(namePrefix) || !name.endsWith(nameSuffix)) return name;
  return name.slice(namePrefix.length, name.length - nameSuffix.length);
}

/**
 * The entries of `spec.patches` that pin an image, each with its `pinId` and a target: without a target a patch that matches nothing stops the
 * whole Kustomization. Where kustomize sets the namespace itself, it does so after patching; until then the namespace is `default`. Only there the
 * target names `default` too: elsewhere that would be another object. Prefix and suffix of the names come after patching as well.
 *
 * The first two make the image that git names readable on the live object; only from an index that always exists may a patch copy.
 */
function pinPatches(pinned: PatchedContainer, naming: Naming): readonly unknown[] {
  const { kind, namespace, name, container, init, image, isFirst } = pinned;
  const [group] = apiVersionOf(kind).split('/');
  const isSet = naming.targetNamespace === namespace && namespace !== 'default';
  const spaces = isSet ? `(${exactly(namespace)}|default)` : exactly(namespace);
  const target = { group, kind, name: `^${exactly(nameInGit(name, naming))}$`, namespace: `^${spaces}$` };
  const entry = (patch: string) => ({ target, patch: `${comment}${pinId(pinned)}\n${patch}` });
  const head = { apiVersion: apiVersionOf(kind), kind };
  const path = [...templatePathOf(kind), 'spec', init ? 'initContainers' : 'containers'];

  const spec = path.toReversed().reduce<unknown>((inner, key) => ({ [key]: inner }), [{ name: container, image }]);
  const hold = entry(document({ ...head, metadata: { name, namespace }, ...fields(spec) }));
  const key = gitImageKey(container);
  const keyName = key.slice(key.indexOf('/') + 1);
  // Kubernetes allows 63 characters after the slash, and a container's name alone may be that long.
  if (!isFirst || init || keyName.length > 63) return [hold];
  const copy = { op: 'copy', from: pointer(...path, 0, 'image'), path: pointer('metadata', 'annotations', key) };
  return [
    entry(document({ ...head, metadata: { name, namespace, annotations: { [key]: 'unknown' } } })),
    entry(`- ${JSON.stringify(copy)}\n`),
    hold,
  ];
}

/** The entry of a HelmRelease's `spec.postRenderers` that pins an image. */
function postRenderer(
  pinned: PatchedContainer & Pick<Pin, 'digest'>,
  { byContainer, targetNamespace }: PinnedRelease,
): unknown {
  const { image, digest } = pinned;
  const kustomize = byContainer
    ? { patches: pinPatches({ ...pinned, image: pinnedImage(image, digest) ?? image }, { targetNamespace }) }
    : { images: [imageEntry(image, digest)] };
  return { kustomize };
}

/** The entry of `spec.patches` that adds one to `spec.postRenderers` of a HelmRelease, which git has a list of: only then is there one to add to. */
function releasePatch(pinned: PatchedContainer & Pick<Pin, 'digest'>, release: PinnedRelease): unknown {
  const add = { op: 'add', path: `${listPath}/-`, value: postRenderer(pinned, release) };
  return { target: targetOf(release), patch: `${comment}${pinId(pinned)}\n- ${JSON.stringify(add)}\n` };
}

/** Which patches of a workload are removed. */
export interface PatchesDropped {
  readonly workload: WorkloadKey;
  readonly dropped: (container: string) => boolean;
  /** Only those through this HelmRelease. Absent: only those of the workload itself. */
  readonly release?: ReleaseKey;
  /** The list that the patches through that HelmRelease add to from now on, whatever git has. */
  readonly list?: readonly unknown[];
}

/**
 * The list `spec.patches` with the patches of these pins and without those of the workload's dropped containers. A patch that is there already keeps its
 * place, so that a second run changes nothing.
 */
export function patchesAfter(
  before: readonly unknown[],
  pins: readonly (PatchedContainer & Pick<Pin, 'digest'>)[],
  { workload, dropped, release, list }: PatchesDropped,
  naming: Naming,
): readonly unknown[] {
  const added = new Map(
    pins.map((pin) => {
      const image = pinnedImage(pin.image, pin.digest) ?? pin.image;
      const { release } = pin;
      return [pinId(pin), release ? [releasePatch(pin, release)] : pinPatches({ ...pin, image }, naming)];
    }),
  );
  for (const [id, entries] of added) {
    const present = before.filter((entry) => pinIdOf(entry) === id);
    if (isDeepStrictEqual(present, entries)) added.delete(id);
  }
  const stays = new Set(pins.map(pinId).filter((id) => !added.has(id)));
  const prefix = pinIdsOf(workload);
  const goes = (id: string) => id.startsWith(prefix) && dropped(id.slice(prefix.length));
  const kept = before.filter((entry) => {
    const id = pinIdOf(entry);
    return id === undefined || stays.has(id) || !(added.has(id) || (goes(id) && isThrough(entry, release)));
  });
  return withLists([...kept, ...[...added.values()].flat()], isPin, release && list && { release, list });
}

const digestInPatch = /sha256:[0-9a-f]{64}/;

/** The containers of a workload that patches pin, each with its digest: through this HelmRelease, or in the workload itself. */
export function patchPins(
  { patches }: Pick<Kustomization, 'patches'>,
  workload: WorkloadKey,
  release?: ReleaseKey,
): readonly { readonly container: string; readonly digest: Digest }[] {
  const prefix = pinIdsOf(workload);
  return patches.flatMap((entry) => {
    const id = pinIdOf(entry);
    if (!id?.startsWith(prefix) || !isThrough(entry, release)) return [];
    const digest = digestOfImageID(digestInPatch.exec(text(fields(entry).patch) ?? '')?.[0] ?? '');
    return digest === undefined ? [] : [{ container: id.slice(prefix.length), digest }];
  });
}

/** Whether any patch of Keelson's pins the workload itself. */
export function hasPatches({ patches }: Pick<Kustomization, 'patches'>, workload: WorkloadKey): boolean {
  const prefix = pinIdsOf(workload);
  return patches.some((entry) => pinIdOf(entry)?.startsWith(prefix) && isThrough(entry, undefined));
}

/** Whether a Kustomization says that it applies a HelmRelease. */
export function isListedIn({ owns }: Pick<Kustomization, 'owns'>, release: ReleaseKey): boolean {
  return owns.listed?.has(releaseInventoryId(release)) ?? false;
}

/** A container whose pin a Kustomization's patch adds to `spec.postRenderers` of a HelmRelease. */
export interface ReleasePin {
  readonly container: string;
  readonly digest: Digest;
  readonly by: 'image' | 'container';
  /** What the patch adds. */
  readonly added: unknown;
}

function addedBy(entry: unknown): unknown {
  const [, operation = ''] = (text(fields(entry).patch) ?? '').split('\n');
  try {
    return fields(JSON.parse(operation.replace(/^- /, ''))).value;
  } catch {
    // A person edited the patch: what it adds is not known.
    return undefined;
  }
}

/** What Keelson's patches add to a HelmRelease, for any workload. */
export function addedThrough({ patches }: Pick<Kustomization, 'patches'>, release: ReleaseKey): readonly unknown[] {
  return patches.filter((entry) => isPin(entry) && isThrough(entry, release)).map(addedBy);
}

/** The containers of a workload that patches pin by the HelmRelease that applies it. */
export function releasePins(
  { patches }: Pick<Kustomization, 'patches'>,
  workload: WorkloadKey,
  release: ReleaseKey,
): readonly ReleasePin[] {
  return patches.flatMap((entry) =>
    patchPins({ patches: [entry] }, workload, release).map((pin) => {
      const added = addedBy(entry);
      const byContainer = fields(fields(added).kustomize).patches !== undefined;
      return { ...pin, added, by: byContainer ? ('container' as const) : ('image' as const) };
    }),
  );
}
