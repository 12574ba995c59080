import type { WritePathName } from '@keelson/core';
import { writePathFacts } from '@keelson/core';
import type { CheckRecord, Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { readIntent } from '@keelson/policy';
import { registryPoll, rolloutVerify } from '@keelson/queue';
import type { Verdict } from '@keelson/rollout';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { directionOf } from '../write-path/direction.ts';
import { takeNextPath, takeSamePath } from '../write-path/next-path.ts';
import { rejectedPaths } from '../write-path/rejected-paths.ts';
import { failedPath, holdFor, isCheckedSince, mayRepeat, whatRuns } from './another-digest.ts';
import type { OtherDigest } from './pods-run.ts';
import { podsRun, runNewerPush } from './pods-run.ts';
import { podsOfTheChange } from './rollout-view.ts';

/** By then a check that was queued has usually ended. */
const afterCheckMs = 1_000;
/** What the pods run could not be read from the registry. */
export const digestUnknown = 'digest-unknown';

/** Whether a verdict depends on which digest the pods run: it begins the soak, ends the rollout well, or blames the image. */
export function needsProof(verdict: Verdict, { soak }: Rollout): boolean {
  if (verdict.type === 'soaking') return soak?.since !== verdict.soak.since;
  return verdict.type === 'succeeded' || (verdict.type === 'failed' && verdict.blamed);
}

/**
 * Whether the pods are known to run what was written, as far as this verdict depends on it (law 14). Where they run something else, the rollout goes
 * another way: a newer push gets a rollout of its own, else the digest is written by the next write path.
 */
export function createProve(deps: Deps, secrets: PullSecrets) {
  const { history, producer, view, writes, now } = deps;

  return async (workload: Workload, rollout: Rollout, verdict: Verdict, signal: AbortSignal): Promise<boolean> => {
    const isFailure = verdict.type === 'failed';
    const runs = await podsRun(deps, secrets, workload, rollout, signal);
    if (runs.type === 'another') {
      return !(await takeOtherWay(workload, rollout, { others: runs.others, isFailure }, signal));
    }
    // A failure is blamed on what was written, where nothing else is known to run.
    if (isFailure || runs.type === 'written') return true;
    if (runs.type === 'ambiguous' && (await nameDigest(workload, rollout, runs.others, signal))) return false;
    // The watch of pods has not caught up with the controller's status. The pods of a Job may be gone for good.
    if (runs.type === 'none' && workload.kind !== 'CronJob') return false;
    const message =
      runs.type === 'none'
        ? 'Its Job ran, but its pods are gone, so which digest they ran is not known.'
        : `The registry does not say whether what the pods run is what was written: they report ${digestsOf(runs.others)}.`;
    await history.transition(rollout.id, { from: ['verifying'], to: 'unproven', code: digestUnknown, message });
    return false;
  };

  /**
   * Where nodes know an image by an older digest, and it differs on some platforms only: pods that name the digest themselves leave no doubt. False
   * where no write path that lasts has them do so.
   */
  async function nameDigest(
    workload: Workload,
    rollout: Rollout,
    others: readonly OtherDigest[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const path = failedPath(rollout, workload);
    if (path === undefined) return false;
    const message = `The pods report ${digestsOf(others)}, which is the same image on some platforms only. The digest is written so that they name it.`;
    if (mayRepeat(rollout, workload, path)) {
      await takeSamePath(deps, rollout, message);
      return true;
    }
    const check = (await history.workload(rollout.workload))?.check;
    const next = await pathAfter(path, workload, rollout, check, signal);
    if (next === undefined || writePathFacts(next)?.entryIn === undefined) return false;
    await takeNextPath(deps, rollout, path, message);
    return true;
  }

  /** The write path that comes after this one; undefined where none is left. */
  async function pathAfter(
    path: WritePathName,
    workload: Workload,
    rollout: Rollout,
    check: CheckRecord | undefined,
    signal: AbortSignal,
  ): Promise<WritePathName | undefined> {
    const { fluxHoldSeconds } = readIntent(workload);
    const rejected = [...new Set([...rejectedPaths(rollout), path])];
    const { name } = await writes.pathFor(workload, directionOf(rollout, check ? { check } : {}), {
      rejected,
      holdMs: fluxHoldSeconds === undefined ? undefined : fluxHoldSeconds * 1_000,
      signal,
    });
    return rejected.includes(name) ? undefined : name;
  }

  /** Where pods run another digest than was written. False where a failure has to be blamed on what they run. */
  async function takeOtherWay(
    workload: Workload,
    rollout: Rollout,
    { others, isFailure }: { readonly others: readonly OtherDigest[]; readonly isFailure: boolean },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { id, workload: workloadId } = rollout;
    const check = (await history.workload(workloadId))?.check;
    if (!isCheckedSince(check, podsOfTheChange(view, workload, rollout), rollout, now())) {
      await producer.add(registryPoll, { workload: workloadId, trigger: 'poll', notBefore: now() });
      await producer.add(rolloutVerify, { workload: workloadId, rollout: id }, { delayMs: afterCheckMs });
      return true;
    }
    // A newer push that the check did not roll out: it is in quarantine, or the workload is on hold.
    if (isFailure && (await runNewerPush(deps, secrets, { workload, rollout, others, check }, signal))) return false;
    const path = failedPath(rollout, workload);
    if (path === undefined) return !isFailure;
    const message = whatRuns(others, workload);
    if (mayRepeat(rollout, workload, path)) {
      await takeSamePath(deps, rollout, message);
      return true;
    }
    if ((await pathAfter(path, workload, rollout, check, signal)) !== undefined) {
      await takeNextPath(deps, rollout, path, message);
      return true;
    }
    const hold = holdFor(others, workload, now());
    const step = { from: ['verifying'], to: 'failed', code: hold.code, message } as const;
    await history.transition(id, { ...step, consequences: { hold } });
    return true;
  }
}

function digestsOf(others: readonly OtherDigest[]): string {
  return [...new Set(others.map(({ digest }) => shortDigest(digest)))].join(', ');
}
