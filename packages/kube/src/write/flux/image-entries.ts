import type { WorkloadKey, WorkloadKind } from '@keelson/core';
import { workloadKinds } from '@keelson/core';
import type { Digest } from '@keelson/image';
import { isDigest } from '@keelson/image';
import { fields, flag, list, text } from '../../fields.ts';
import { pinsKey } from '../../keys.ts';
import { referenceOf } from '../image-text.ts';
import type { Kustomization } from './kustomization.ts';
import { isSetBy } from './no-room.ts';

/** A container that an entry of Keelson's pins to a digest. */
export interface Pin {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
  readonly init: boolean;
  /** As git spells it: `repo:tag`, or `repo` where git names no tag. */
  readonly image: string;
  readonly digest: Digest;
}

export function isOf(pin: WorkloadKey, { kind, namespace, name }: WorkloadKey): boolean {
  return pin.kind === kind && pin.namespace === namespace && pin.name === name;
}

/** The tag, where the image spells one out: only then does an entry whose name is the whole image match that image alone. */
export function spelledTag(image: string): string | undefined {
  const tag = referenceOf(image)?.tag;
  return tag !== undefined && image.endsWith(`:${tag}`) ? tag : undefined;
}

/** The entry of `spec.images` that pins an image. */
export function imageEntry(image: string, digest: Digest): unknown {
  return { name: image, newTag: spelledTag(image), digest };
}

/**
 * Whether an entry looks as Keelson's do: its name is a whole image with its tag. In a list that only Keelson writes, one that the annotation does not
 * name lost that, and would stay for ever.
 */
export function isOwnEntry(entry: unknown): boolean {
  const { name, newTag, digest } = fields(entry);
  const tag = spelledTag(text(name) ?? '');
  return tag !== undefined && tag === newTag && isDigest(text(digest) ?? '');
}

/**
 * The pins in `spec.images`: an entry holds image and digest, the annotation `keelson.sh/pins` says for which workload. Where another field manager
 * writes the list no entry counts as Keelson's, whatever the annotation still says.
 */
export function entryPins({
  annotations,
  images,
  imagesOwner,
}: Pick<Kustomization, 'annotations' | 'images' | 'imagesOwner'>): readonly Pin[] {
  if (imagesOwner !== undefined) return [];
  const digests = new Map(images.map(fields).map(({ name, digest }) => [text(name), text(digest)]));
  return list(parsed(annotations?.[pinsKey])).flatMap((value) => {
    const user = fields(value);
    const [kind, namespace, name, container] = [
      kindOf(user.kind),
      text(user.namespace),
      text(user.name),
      text(user.container),
    ];
    const image = text(user.image);
    const digest = digests.get(image);
    if (!(kind && namespace && name && container && image && digest && isDigest(digest))) return [];
    return [{ kind, namespace, name, container, init: flag(user.init), image, digest }];
  });
}

function kindOf(value: unknown): WorkloadKind | undefined {
  return workloadKinds.find((kind) => kind === value);
}

function parsed(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? '[]');
  } catch {
    // A person edited the annotation: no entry is known to be for any workload then.
    return [];
  }
}

/** The text of the annotation `keelson.sh/pins`; undefined when there are no pins. */
export function pinsText(pins: readonly Pin[]): string | undefined {
  if (pins.length === 0) return undefined;
  return JSON.stringify(
    pins.map(({ kind, namespace, name, container, init, image }) => ({
      kind,
      namespace,
      name,
      container,
      ...(init && { init }),
      image,
    })),
  );
}

/**
 * The name of an entry in `spec.images` that is not Keelson's and would remove the digest of a patch: kustomize applies the images after all patches, by
 * `^name(:tag)?(@digest)?$`, and writes `newTag` without the digest.
 *
 * @param image without its digest
 */
export function overridingImage(kustomization: Kustomization, image: string): string | undefined {
  const ours = new Set(entryPins(kustomization).map((pin) => pin.image));
  return kustomization.images
    .filter((entry) => kustomization.imagesOwner !== undefined || !isOwnEntry(entry))
    .map((entry) => text(fields(entry).name))
    .find((name) => name !== undefined && !ours.has(name) && isSetBy(image, name));
}
