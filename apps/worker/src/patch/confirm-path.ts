import type { Rollout } from '@keelson/history';
import type { Workload, WritePath } from '@keelson/kube';
import type { Deps } from '../deps.ts';
import { sleep } from '../sleep.ts';
import { takeNextPath } from './take-next-path.ts';

const TRIES = 10;
const PAUSE_MS = 500;

/** How long whoever owns the other object is waited for: Flux looks at a Kustomization as soon as it is changed. */
export const CONFIRM_MS = TRIES * PAUSE_MS;

type Stands = Pick<Deps, 'history' | 'producer' | 'log'>;
type About = Pick<Rollout, 'id' | 'workload'>;

/**
 * Where a path wrote into another object as well (a Kustomization), sees to it that this one bears it. A path that does not hold has taken
 * its write back by itself; then the rollout is to be written again, by the next one.
 */
export async function confirmPath(
  deps: Stands,
  path: WritePath,
  rollout: About,
  workload: Workload,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    if ((await confirmOnce(deps, path, rollout, workload, signal)) !== 'open') return;
    await sleep(PAUSE_MS, signal);
  }
}

export async function confirmOnce(
  deps: Stands,
  path: WritePath,
  rollout: About,
  workload: Workload,
  signal: AbortSignal,
): Promise<'fine' | 'open' | 'broken'> {
  if (!path.confirm) return 'fine';
  const said = await path.confirm(workload, signal);
  if (said.outcome === 'broken') await takeNextPath(deps, rollout, path.name, said.sentence);
  return said.outcome;
}
