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

/** `open`: not known yet, so nothing is to be called a success. */
export type Holding = 'holds' | 'open' | 'broken';

type Stands = Pick<Deps, 'history' | 'producer' | 'view' | 'writes' | 'now' | 'log'>;

/**
 * Whether the way by which a rollout was written holds (law 9). One that is `broken` is to be written once more, by the next path.
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
  switch (rollout.written?.path) {
    case 'template-annotation':
      return policyHolds(deps, workload, rollout);
    case 'flux-kustomization':
      return entryHolds(deps, workload, rollout, isLast, signal);
    default:
      return 'holds';
  }
}

/** The self-test of the admission policy, on the pods of an annotated template. An update's pods run its digest without it. */
async function policyHolds(deps: Stands, workload: Workload, rollout: Rollout): Promise<Holding> {
  const { view, writes } = deps;
  const carried = carriesPin(podsOfTheChange(view, workload, rollout), rollout);
  if (carried === undefined) return 'holds';
  if (writes.pin.works !== carried) writes.pin.seen(carried);
  if (carried || rollout.kind === 'update') return 'holds';
  await takeNextPath(deps, rollout, 'template-annotation', MESSAGE);
  return 'broken';
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
  if (!isYoung && !isLast) return 'holds';
  // On the way forward this path lets go of its entry, so there is none to stand.
  const known = (await history.workload(rollout.workload)) ?? {};
  const path = writes.pathFor(workload, directionOf(rollout, known), { rejected: rejectedPaths(rollout) });
  if (path.name !== 'flux-kustomization' || !path.confirm) return 'holds';
  const said = await path.confirm(workload, signal);
  if (said.outcome === 'broken') {
    await takeNextPath(deps, rollout, path.name, said.message);
    return 'broken';
  }
  return said.outcome === 'open' && isYoung ? 'open' : 'holds';
}
