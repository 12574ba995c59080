import { pin } from '@keelson/image';
import { ConflictError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { pinAnnotation } from '../keys.ts';
import type { Workload } from '../types.ts';
import type { FieldEdits } from './field-patch.ts';
import { patchFields } from './field-patch.ts';
import { expectImage, findContainer, nameOf } from './find-container.ts';
import { confirmReleaseNudge } from './helm/confirm-nudge.ts';
import { endedHold } from './hold.ts';
import { digestOf, sameTag } from './image-text.ts';
import { pinValue } from './pin-value.ts';
import { spelledByAuthor } from './pins.ts';
import { stateOf } from './state.ts';
import type { ImageChange, PinPolicy, WriteOptions, WritePath } from './types.ts';
import { mayBeReverted, reverted } from './warnings.ts';

/** `pin`: the digest goes into the image itself. `unpin`: the image goes back to what its author wrote, the digest into the annotation alone. */
export type NudgeMode = 'pin' | 'unpin';

/** @throws ConflictError when the container names another image than was expected, or is pinned to another digest */
function expectUnpinnable(workload: Workload, change: ImageChange, image: string): void {
  if (image === change.expected || (digestOf(image) === undefined && sameTag(image, change.expected))) return;
  throw new ConflictError(
    `Container "${change.container}" of ${nameOf(workload)} names ${image}, not ${change.expected} as it did when this was decided.`,
  );
}

/**
 * The edits that nudge an object which its owner reconciles: image and pin annotation of each container in one request, so in one generation.
 * The annotation is written beside a pinned image too: it keeps the author's spelling, and distinguishes an image that Keelson pinned from one that
 * git pins. `unpin` ends a hold on Flux too.
 *
 * @throws ConflictError when an image is not the expected one
 */
export function nudge(
  workload: Workload,
  changes: readonly ImageChange[],
  mode: NudgeMode,
  options?: WriteOptions,
): Required<FieldEdits> {
  const edits = changes.map((change) => {
    const container = findContainer(workload, change);
    const spelled = spelledByAuthor(workload, change.container, container.image);
    const to = mode === 'unpin' ? spelled : pin(spelled, change.digest);
    if (mode === 'unpin') expectUnpinnable(workload, change, container.image);
    else if (container.image !== to) expectImage(workload, change, container.image);
    return { container, to, annotation: pinValue(spelled, change.digest) };
  });
  return {
    annotations: { ...stateOf(options), ...(mode === 'unpin' ? endedHold(workload) : {}) },
    images: edits.map(({ container, to }) => ({ container, to })),
    templateAnnotations: Object.fromEntries(
      edits.map(({ container, annotation }) => [pinAnnotation(container.name), annotation]),
    ),
  };
}

/**
 * Writes the image in the object itself although its owner reconciles it: takes effect at once, and lasts until the owner applies the object
 * again. Mode `unpin` reverses such a write, with the next digest in the annotation.
 */
export function createImageNudge(http: KubeHttp, mode: NudgeMode, pinPolicy: PinPolicy): WritePath {
  const confirm: NonNullable<WritePath['confirm']> = async (workload, signal) =>
    workload.owner.type === 'flux-helmrelease'
      ? confirmReleaseNudge(http, workload.owner, workload, signal)
      : { outcome: 'ok' };
  return {
    name: 'image-nudge',
    warnings(workload, followed) {
      if (mode === 'pin') return reverted(workload);
      return pinPolicy.worksIn(workload.namespace) ? [] : mayBeReverted(workload, followed);
    },
    async write(workload, changes, options) {
      return patchFields(http, workload, nudge(workload, changes, mode, options), options?.signal);
    },
    // Without the digest the image is what its owner applies.
    ...(mode === 'pin' && { confirm }),
  };
}
