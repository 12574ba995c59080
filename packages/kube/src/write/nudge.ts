import { pin } from '@keelson/image';
import { ConflictError } from '../http/kube-error.ts';
import type { ImageChange, Workload, WriteOptions } from '../types.ts';
import { annotationValue, pinAnnotation, spelledByAuthor } from './digest-annotation.ts';
import type { FieldEdits } from './field-patch.ts';
import { expectImage, findContainer, nameOf } from './find-container.ts';
import { endedHold } from './hold.ts';
import { digestOf, sameTag } from './pinned-image.ts';
import { stateOf } from './state-of.ts';

/** `pin`: the digest into the image itself. `unpin`: the image back to what its author wrote, the digest into the annotation alone. */
export type NudgeMode = 'pin' | 'unpin';

/** @throws ConflictError when the container names another image than was expected, or is pinned to another digest */
function expectUnpinnable(workload: Workload, change: ImageChange, image: string): void {
  if (image === change.expected || (digestOf(image) === undefined && sameTag(image, change.expected))) return;
  throw new ConflictError(
    `Container "${change.container}" of ${nameOf(workload)} names ${image}, not ${change.expected} as it did when this was decided.`,
  );
}

/**
 * Image and mark of each container, for an object that somebody reconciles: one request, so one generation. `unpin` ends a hold of ours too. The mark is written beside a
 * pinned image too: it keeps the author's spelling, and tells an image that we pinned from one that git pins.
 *
 * @throws ConflictError when an image is not the one that was expected
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
    return { container, to, mark: annotationValue(spelled, change.digest) };
  });
  return {
    annotations: { ...stateOf(options), ...(mode === 'unpin' ? endedHold(workload) : {}) },
    images: edits.map(({ container, to }) => ({ container, to })),
    templateAnnotations: Object.fromEntries(edits.map(({ container, mark }) => [pinAnnotation(container.name), mark])),
  };
}
