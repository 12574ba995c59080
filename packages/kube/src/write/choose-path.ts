import type { WritePathName } from '@keelson/core';
import type { Workload } from '../types.ts';
import { whyNoRoom } from './flux/no-room.ts';
import { holdUntil } from './hold.ts';
import type { NudgeMode } from './image-nudge.ts';
import { referenceOf } from './image-text.ts';
import { isAnnotatedByUs, isPinnedByUs } from './pins.ts';
import { refusedPath } from './refused-path.ts';
import type { Direction, PathOptions, PinPolicy, WritePath } from './types.ts';

/** How each write path is made: alone, in both modes, or for a time in milliseconds. */
export interface PathMakers extends Readonly<Record<WritePathName, unknown>> {
  readonly 'image-pin': WritePath;
  readonly 'template-annotation': WritePath;
  readonly 'flux-kustomization': Readonly<Record<NudgeMode, WritePath>>;
  readonly 'flux-helmrelease': Readonly<Record<NudgeMode, WritePath>>;
  readonly 'image-nudge': Readonly<Record<NudgeMode, WritePath>>;
  readonly 'flux-hold': (holdMs: number) => WritePath;
}

/**
 * Chooses the first write path that the workload's owner does not revert (law 9), of those that were not rejected. Where nobody reconciles the
 * workload, a manifest that is applied again may still replace the image, and leaves the pin annotation alone.
 *
 * A pin annotation has no effect beside an image that Keelson pinned, so mode `unpin` removes that pin in the same write.
 *
 * Where the owner is unknown only the annotation is written: an image may be reverted, and an entry would be in somebody else's object. Where there
 * is no such owner, the image is written all the same on the way back.
 */
export function choosePath(
  paths: PathMakers,
  pinPolicy: PinPolicy,
  workload: Workload,
  direction: Direction,
  { rejected = [], holdMs = 0, written }: PathOptions = {},
): WritePath {
  const { type } = workload.owner;
  const mayPatch = !('readOnly' in workload.owner);
  const works = pinPolicy.worksIn(workload.namespace) && !rejected.includes('template-annotation');
  if (type === 'none') {
    const byPolicy = works && !hasDigest(workload);
    return paths[byPolicy || isAppliedAgain(workload, direction, rejected) ? 'template-annotation' : 'image-pin'];
  }
  // Forward, the annotation is rejected where pods did not pull what their tag means.
  const mayAnnotate = direction === 'forward' && !rejected.includes('template-annotation');
  const byAnnotation = mayAnnotate || (works && !isReplaced(workload));
  if (type === 'flux-kustomization' || type === 'flux-helmrelease') {
    // Whatever the image is now: an entry that stays would be applied again.
    const hasEntry = direction === 'forward' && workload.owner.pins !== undefined && !rejected.includes(type);
    if (type === written || hasEntry) return paths[type][byAnnotation ? 'unpin' : 'pin'];
  }
  if (written === 'image-nudge' && type === 'flux-helmrelease') return paths[written][byAnnotation ? 'unpin' : 'pin'];
  const pinned = workload.containers.some(({ name }) => isPinnedByUs(workload, name));
  // While Flux skips it for the sake of a pass under way, the Kustomization has to be waited for.
  const isSkipped = type === 'flux-kustomization' && holdUntil(workload) !== undefined;
  if (byAnnotation && !pinned && !isSkipped) return paths['template-annotation'];
  if (workload.owner.type === 'unknown' && !workload.owner.gone) return refusedPath(workload.owner);
  const mode: NudgeMode = byAnnotation ? 'unpin' : 'pin';
  if (type === 'flux-helmrelease' && mayPatch && !rejected.includes('flux-helmrelease'))
    return paths['flux-helmrelease'][mode];
  if (type !== 'flux-kustomization') return paths['image-nudge'][mode];
  const hasNoRoom = mode === 'pin' && whyNoRoom(workload) !== undefined;
  if (mayPatch && !rejected.includes('flux-kustomization') && !hasNoRoom) return paths['flux-kustomization'][mode];
  // Flux would revert the image alone at its next pass.
  return mode === 'pin' ? paths['flux-hold'](holdMs) : paths['image-nudge'][mode];
}

/**
 * Whether the image of a workload that nobody owns is applied again and again without its digest, as seen in this rollout or an earlier one: the
 * annotation stays, and new pods pull what the tag means.
 */
function isAppliedAgain(
  workload: Workload,
  direction: Direction,
  rejected: NonNullable<PathOptions['rejected']>,
): boolean {
  if (direction === 'back' || rejected.includes('template-annotation')) return false;
  return rejected.includes('image-pin') || isAnnotatedByUs(workload);
}

/** Whether its owner removes the annotation at the next upgrade: forward that is no harm, as new pods pull what the tag means. */
function isReplaced({ owner }: Workload): boolean {
  return owner.type === 'flux-helmrelease' && owner.replaces === true;
}

/** Whether an image names tag and digest, ours or its author's: beside that, a pin annotation has no effect. */
function hasDigest({ containers }: Workload): boolean {
  return containers.some(({ image }) => {
    const reference = referenceOf(image);
    return reference?.digest !== undefined && reference.tag !== undefined;
  });
}
