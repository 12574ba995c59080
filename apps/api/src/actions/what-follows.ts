import type { WorkloadId } from '@keelson/core';
import type { History, Hold, Rollout, Stop, WorkloadState } from '@keelson/history';
import { isUnderWay } from '@keelson/history';

/** What a user's action is answered with: the state after it, and its newest rollout. */
interface After {
  readonly state: Pick<WorkloadState, 'hold' | 'quarantine'> | undefined;
  readonly newest: Rollout | undefined;
  readonly stop?: Stop | undefined;
}

/** What a pause did, and what it did not: an update that is not written yet is cancelled, and what is written goes on to its verdict. */
export function afterPause({ newest }: After, before: Hold | undefined): string {
  const did = before ? `The workload was on hold already (${before.code}), and stays so.` : 'The workload is on hold.';
  return [did, ...whatBecameOf(newest)].join(' ');
}

function whatBecameOf(newest: Rollout | undefined): readonly string[] {
  if (newest === undefined) return [];
  const what = `${newest.kind === 'rollback' ? 'Rollback' : 'Rollout'} ${newest.id}`;
  if (isUnderWay(newest.state)) return [`${what} is under way and goes on to its verdict; the hold does not stop it.`];
  if (newest.state === 'unproven') return [`${what} is written, and is still judged once pods run it.`];
  const last = newest.transitions.at(-1);
  return newest.state === 'cancelled' && last?.code === 'on-hold'
    ? [`${what} was cancelled before it was written.`]
    : [];
}

/** What a resume did, and what holds rollouts up all the same. */
export function afterResume({ state, stop }: After, ended: Hold | undefined): string {
  const did = ended
    ? `The hold (${ended.code}) ended, and failures count anew.`
    : 'The workload was not on hold, so no hold ended; failures count anew.';
  const count = state?.quarantine.length ?? 0;
  const kept = count === 0 ? [] : [`${count} ${count === 1 ? 'digest stays' : 'digests stay'} in quarantine.`];
  return [did, ...kept, ...stopped(stop), 'A check is queued.'].join(' ');
}

/** What a release did, and what holds rollouts up all the same. */
export function afterRelease({ state, stop }: After, released: number): string {
  const did = released === 0 ? 'Nothing was in quarantine, so nothing was released.' : `${released} released.`;
  const hold = state?.hold;
  const held = hold ? [`The workload stays on hold (${hold.code}), so nothing is rolled out yet: ${hold.message}`] : [];
  return [did, ...held, ...stopped(stop), 'A check is queued.'].join(' ');
}

function stopped(stop: Stop | undefined): readonly string[] {
  if (stop === undefined) return [];
  const what = stop.namespace === undefined ? 'All rollouts' : `All rollouts of namespace ${stop.namespace}`;
  return [`${what} are stopped, so nothing is rolled out yet: ${stop.message}`];
}

/** Reads what an action is answered with. */
export async function readAfter(
  history: Pick<History, 'workload' | 'rolloutsById' | 'stopFor'>,
  id: WorkloadId,
): Promise<After> {
  const [state, stop] = await Promise.all([history.workload(id), history.stopFor(id)]);
  const { latest } = state ?? {};
  const newest = latest === undefined ? undefined : (await history.rolloutsById([latest])).get(latest);
  return { state, newest, stop };
}
