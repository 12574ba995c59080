import { isWritePathName } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { pinOf } from '@keelson/kube';
import type { Deps } from '../deps.ts';
import { directionOf } from '../write-path/direction.ts';
import { takeNextPath } from '../write-path/next-path.ts';
import { rejectedPaths } from '../write-path/rejected-paths.ts';
import { carriesPin } from './carries-pin.ts';
import { progressOf } from './progress.ts';
import { podsOfTheChange } from './rollout-view.ts';

const message =
  'New pods do not carry the digest of their annotation: the admission policy keelson-pin does not reach them.';

/** How long Flux' report on its Kustomization is waited for: Flux reconciles a changed Kustomization at once, unless Flux is down. */
const confirmMs = 5_000;

/** `pending`: not known yet, so the rollout must not be called a success. */
export type Confirmation = 'ok' | 'pending' | 'reverted';

type ConfirmDeps = Pick<Deps, 'history' | 'producer' | 'view' | 'writes' | 'now' | 'log'>;

/**
 * Whether the write of a rollout was kept (law 9). Where it was `reverted`, image-patch is queued to write it again by the next write path.
 *
 * @param isLast true for the last check before the rollout is called a success
 */
export function confirmPath(
  deps: ConfirmDeps,
  workload: Workload,
  rollout: Rollout,
  isLast: boolean,
  signal: AbortSignal,
): Promise<Confirmation> | Confirmation {
  const path = rollout.written?.path;
  // A path that only a newer Keelson knows is checked by that one.
  if (path === undefined || !isWritePathName(path)) return 'ok';
  switch (path) {
    case 'template-annotation':
      return confirmPolicy(deps, workload, rollout);
    case 'flux-kustomization':
      return confirmEntry(deps, workload, rollout, isLast, signal);
    case 'image-pin':
    case 'image-nudge':
    case 'flux-hold':
      return 'ok';
  }
}

/**
 * The self-test of the admission policy, on the pods of an annotated template. An update's pods run its digest without it, as far as the tag goes;
 * where nobody reconciles the workload, the image itself does better.
 */
async function confirmPolicy(deps: ConfirmDeps, workload: Workload, rollout: Rollout): Promise<Confirmation> {
  const { view, writes } = deps;
  // Somebody applied the manifest again without the annotation: its pods say nothing about the policy.
  if (rollout.changes.some(({ container }) => pinOf(workload, container) === undefined)) return 'ok';
  const carried = carriesPin(podsOfTheChange(view, workload, rollout), rollout, workload);
  if (carried === undefined) return 'ok';
  const works = writes.pinPolicy.worksIn(workload.namespace);
  const relied = works && workload.owner.type === 'none';
  if (works !== carried) writes.pinPolicy.seen(workload.namespace, carried);
  if (carried || (rollout.kind === 'update' && !relied)) return 'ok';
  await takeNextPath(deps, rollout, 'template-annotation', message);
  return 'reverted';
}

/** Whether Flux accepted the entry in its Kustomization: checked for some seconds after it was written, and before the success. */
async function confirmEntry(
  deps: ConfirmDeps,
  workload: Workload,
  rollout: Rollout,
  isLast: boolean,
  signal: AbortSignal,
): Promise<Confirmation> {
  const { history, writes, now } = deps;
  const isYoung = now() - progressOf(rollout).writtenAt < confirmMs;
  if (!isYoung && !isLast) return 'ok';
  // Forward, this path removes its entry, so there is nothing to confirm.
  const known = (await history.workload(rollout.workload)) ?? {};
  const path = await writes.pathFor(workload, directionOf(rollout, known), {
    rejected: rejectedPaths(rollout),
    signal,
  });
  if (path.name !== 'flux-kustomization' || !path.confirm) return 'ok';
  const confirmation = await path.confirm(workload, signal);
  if (confirmation.outcome === 'reverted') {
    await takeNextPath(deps, rollout, path.name, confirmation.message);
    return 'reverted';
  }
  return confirmation.outcome === 'pending' && isYoung ? 'pending' : 'ok';
}
