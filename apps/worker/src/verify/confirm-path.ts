import { isWritePathName } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import type { Deps } from '../deps.ts';
import { directionOf } from '../write-path/direction.ts';
import { takeNextPath } from '../write-path/next-path.ts';
import { rejectedPaths } from '../write-path/rejected-paths.ts';
import { carriesPin } from './carries-pin.ts';
import { progressOf } from './progress.ts';
import { podsOfTheChange } from './rollout-view.ts';

const MESSAGE =
  'New pods do not carry the digest of their annotation: the admission policy keelson-pin does not reach them.';

/** How long Flux' word about its Kustomization is waited for: it looks at one as soon as that is changed, unless it is away. */
const CONFIRM_MS = 5_000;

/** `pending`: not known yet, so nothing is to be called a success. */
export type Holding = 'ok' | 'pending' | 'reverted';

type Stands = Pick<Deps, 'history' | 'producer' | 'view' | 'writes' | 'now' | 'log'>;

/**
 * Whether the write of a rollout was kept (law 9). Image-patch is to write a `reverted` one again, by the next write path.
 *
 * `isLast`: nothing asks about it after this.
 */
export function confirmPath(
  deps: Stands,
  workload: Workload,
  rollout: Rollout,
  isLast: boolean,
  signal: AbortSignal,
): Promise<Holding> | Holding {
  const path = rollout.written?.path;
  // A path that only a newer Keelson knows is checked by that one.
  if (path === undefined || !isWritePathName(path)) return 'ok';
  switch (path) {
    case 'template-annotation':
      return policyHolds(deps, workload, rollout);
    case 'flux-kustomization':
      return entryHolds(deps, workload, rollout, isLast, signal);
    case 'image-pin':
    case 'image-nudge':
    case 'flux-hold':
      return 'ok';
  }
}

/** The self-test of the admission policy, on the pods of an annotated template. An update's pods run its digest without it. */
async function policyHolds(deps: Stands, workload: Workload, rollout: Rollout): Promise<Holding> {
  const { view, writes } = deps;
  const carried = carriesPin(podsOfTheChange(view, workload, rollout), rollout);
  if (carried === undefined) return 'ok';
  if (writes.pinPolicy.works !== carried) writes.pinPolicy.seen(carried);
  if (carried || rollout.kind === 'update') return 'ok';
  await takeNextPath(deps, rollout, 'template-annotation', MESSAGE);
  return 'reverted';
}

/** What Flux makes of the entry in its Kustomization: asked for some seconds after it was written, and before it is called a success. */
async function entryHolds(
  deps: Stands,
  workload: Workload,
  rollout: Rollout,
  isLast: boolean,
  signal: AbortSignal,
): Promise<Holding> {
  const { history, writes, now } = deps;
  const isYoung = now() - progressOf(rollout).writtenAt < CONFIRM_MS;
  if (!isYoung && !isLast) return 'ok';
  // On the way forward this path lets go of its entry, so there is none to stand.
  const known = (await history.workload(rollout.workload)) ?? {};
  const path = writes.pathFor(workload, directionOf(rollout, known), { rejected: rejectedPaths(rollout) });
  if (path.name !== 'flux-kustomization' || !path.confirm) return 'ok';
  const said = await path.confirm(workload, signal);
  if (said.outcome === 'reverted') {
    await takeNextPath(deps, rollout, path.name, said.message);
    return 'reverted';
  }
  return said.outcome === 'pending' && isYoung ? 'pending' : 'ok';
}
