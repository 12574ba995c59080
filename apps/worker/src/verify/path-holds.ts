import type { Rollout } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import type { Deps } from '../deps.ts';
import { takeNextPath } from '../patch/take-next-path.ts';
import { carriesPin } from './carries-pin.ts';
import { podsOfTheChange } from './rollout-view.ts';

const MESSAGE =
  'New pods do not carry the digest of their annotation: the admission policy keelson-pin does not reach them.';

/**
 * The self-test of the admission policy, on the pods of an annotated template (law 9). A rollback whose pods do not carry the digest is to
 * be written once more, by the next path: then this says false.
 */
export async function pathHolds(
  deps: Pick<Deps, 'history' | 'producer' | 'view' | 'writes' | 'log'>,
  workload: Workload,
  rollout: Rollout,
): Promise<boolean> {
  const { view, writes } = deps;
  const path = rollout.written?.path;
  if (path !== 'template-annotation') return true;
  const carried = carriesPin(podsOfTheChange(view, workload, rollout), rollout);
  if (carried === undefined) return true;
  if (writes.pin.works !== carried) writes.pin.seen(carried);
  if (carried || rollout.kind === 'update') return true;
  await takeNextPath(deps, rollout, path, MESSAGE);
  return false;
}
