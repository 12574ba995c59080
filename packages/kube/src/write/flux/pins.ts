import type { WorkloadKey, WorkloadKind } from '@keelson/core';
import { workloadKinds } from '@keelson/core';
import type { Digest } from '@keelson/image';
import { isDigest } from '@keelson/image';
import { fields, flag, list, text } from '../../fields.ts';
import { pinsKey } from '../keys.ts';
import type { Kustomization } from './kustomization.ts';

/** A container that is held at a digest by an entry of ours. */
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

function kindOf(value: unknown): WorkloadKind | undefined {
  return workloadKinds.find((kind) => kind === value);
}

function parsed(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? '[]');
  } catch {
    // Somebody edited it by hand: then no entry is known to be ours, and all are left alone.
    return [];
  }
}

/**
 * The pins that `spec.images` holds for us: an entry says which image and digest, our annotation says for whom. In a list that somebody
 * else writes none is ours, whatever the annotation still says.
 */
export function entryPins({ annotations, images, imagesOwner }: Kustomization): readonly Pin[] {
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

/** The text of our annotation; undefined when there is nothing to remember. */
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
