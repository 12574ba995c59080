import type { Direction, PathOptions, PinPolicy, Workload, WritePath } from '../types.ts';
import { isPinnedByUs } from './digest-annotation.ts';
import type { NudgeMode } from './nudge.ts';

/** The ways of writing there are. */
export interface Paths {
  readonly imagePin: WritePath;
  readonly templateAnnotation: WritePath;
  readonly fluxKustomization: Readonly<Record<NudgeMode, WritePath>>;
  readonly imageNudge: Readonly<Record<NudgeMode, WritePath>>;
  readonly fluxHold: (holdMs: number) => WritePath;
}

/**
 * Chooses the way of writing that a workload's owner will not undo (law 9), of those that were not seen to fail.
 *
 * Where an image was pinned by us, an annotation says nothing to anybody: that pin is taken out first, in the same write.
 */
export function choosePath(
  paths: Paths,
  pinPolicy: PinPolicy,
  workload: Workload,
  direction: Direction,
  { rejected = [], holdMs }: PathOptions = {},
): WritePath {
  const { type } = workload.owner;
  if (type === 'none') return paths.imagePin;
  const byAnnotation = direction === 'forward' || (pinPolicy.works && !rejected.includes('template-annotation'));
  const pinned = workload.containers.some(({ name }) => isPinnedByUs(workload, name));
  if (byAnnotation && !pinned) return paths.templateAnnotation;
  const mode: NudgeMode = byAnnotation ? 'unpin' : 'pin';
  if (type !== 'flux-kustomization') return paths.imageNudge[mode];
  if (!rejected.includes('flux-kustomization')) return paths.fluxKustomization[mode];
  const mayHold = mode === 'pin' && holdMs !== undefined && !rejected.includes('flux-hold');
  return mayHold ? paths.fluxHold(holdMs) : paths.imageNudge[mode];
}
