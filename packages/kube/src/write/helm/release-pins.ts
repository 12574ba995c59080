import { isDeepStrictEqual } from 'node:util';
import type { WorkloadKey } from '@keelson/core';
import type { Digest } from '@keelson/image';
import { fields, list } from '../../fields.ts';
import { pinsKey, requestedAtKey } from '../../keys.ts';
import type { PinChange, PinLists } from '../flux/change-pins.ts';
import { listsAfter } from '../flux/change-pins.ts';
import { entryPins, isOf } from '../flux/image-entries.ts';
import { patchPins } from '../flux/patch-entries.ts';
import type { HelmRelease } from './helm-release.ts';
import { helmReleaseKind } from './helm-release.ts';

/** A container of a workload that an entry pins. */
export interface PinnedContainer {
  readonly container: string;
  readonly digest: Digest;
  /** By its image, or by its name. */
  readonly by: 'image' | 'container';
}

/** Keelson's own entry in `spec.postRenderers`: the only one of the list, where no other field manager writes it. */
function ownLists({ annotations, postRenderers, listOwner, targetNamespace }: HelmRelease): PinLists {
  const [only] = listOwner === undefined ? (postRenderers ?? []) : [];
  const { images, patches } = fields(fields(only).kustomize);
  return {
    annotations,
    images: list(images),
    patches: list(patches),
    imagesOwner: undefined,
    naming: { targetNamespace },
  };
}

export function pinnedIn(release: HelmRelease, workload: WorkloadKey): readonly PinnedContainer[] {
  const lists = ownLists(release);
  const byImage = entryPins(lists).filter((pin) => isOf(pin, workload));
  return [
    ...byImage.map(({ container, digest }) => ({ container, digest, by: 'image' as const })),
    ...patchPins(lists, workload).map((pin) => ({ ...pin, by: 'container' as const })),
  ];
}

/**
 * The object to apply on the server for the change, guarded by what was read; undefined when the HelmRelease is that way already. The stamp goes
 * with it: helm-controller repeats it at the end of a pass that has read both.
 */
export function changeRelease(release: HelmRelease, change: PinChange, requestedAt: string): unknown {
  const before = ownLists(release);
  const { images, patches, pins } = listsAfter(before, change);
  const same = isDeepStrictEqual([before.images, before.patches], [images, patches]);
  if (same && pins === release.annotations[pinsKey]) return undefined;
  const { namespace, name, uid, resourceVersion } = release;
  const kustomize = { ...(patches.length > 0 && { patches }), ...(images.length > 0 && { images }) };
  const isEmpty = patches.length === 0 && images.length === 0;
  return {
    apiVersion: helmReleaseKind.apiVersion,
    kind: helmReleaseKind.kind,
    metadata: {
      namespace,
      name,
      uid,
      resourceVersion,
      annotations: { [requestedAtKey]: requestedAt, ...(pins !== undefined && { [pinsKey]: pins }) },
    },
    spec: isEmpty ? {} : { postRenderers: [{ kustomize }] },
  };
}
