import type { WorkloadId } from '@keelson/core';
import type { CheckRecord, Rollout, RolloutChange } from '@keelson/history';
import type { Digest } from '@keelson/image';
import type { Pod, Workload } from '@keelson/kube';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import type { RegistryRequest } from '../registry-access/quick-requests.ts';
import { quickRequests } from '../registry-access/quick-requests.ts';
import { currentPods } from '../running/current-pods.ts';
import { reportedBy } from '../running/reported-by.ts';
import type { Comparison } from '../running/same-image.ts';
import { compareImages } from '../running/same-image.ts';
import type { Seen } from './rollout-view.ts';
import { jobsRun, podsOfTheChange } from './rollout-view.ts';

type Requests = Pick<Deps, 'log'> & { readonly registry: Parameters<typeof compareImages>[0] };

/** A container whose pods report a digest that is not the written one, nor one of its image. */
export interface OtherDigest {
  readonly change: RolloutChange;
  readonly digest: Digest;
  /** Whether it is the digest of a config, since the pod names no repository. */
  readonly isConfig: boolean;
}

/** What the pods of a rollout run. `none`: no pod of some container reports anything yet. `ambiguous`: it is not known, and never will be. */
export interface PodsRun {
  readonly type: 'written' | 'none' | 'another' | 'unknown' | 'ambiguous';
  /** Of types `another`, `unknown` and `ambiguous`. */
  readonly others: readonly OtherDigest[];
}

/**
 * Compares what the pods of a rollout report with what was written (law 14). A pod whose own spec names the digest runs it, whatever its node calls
 * it. A registry request is sent only for other digests; where the registry does not answer, what the pods run is not known.
 *
 * @param only the name of one pod
 */
export async function podsRun(
  { view, registry, log }: Requests & { readonly view: Seen },
  secrets: PullSecrets,
  workload: Workload,
  rollout: Rollout,
  signal: AbortSignal,
  only?: string,
): Promise<PodsRun> {
  const all = podsOfTheChange(view, workload, rollout);
  const pods = only === undefined ? mayRun(workload, all) : all.filter(({ name }) => name === only);
  const requestFor = quickRequests(secrets, workload, signal);
  const another: OtherDigest[] = [];
  const unknown: OtherDigest[] = [];
  let isAmbiguous = false;
  let isComplete = true;
  for (const change of rollout.changes) {
    const reported = reportedBy(pods, change.container);
    if (reported.length === 0 && !jobsRun(view, workload, rollout, change)) isComplete = false;
    for (const { digest, isConfig } of reported.filter((each) => each.digest !== change.to.digest)) {
      const result = await compare(change, digest, isConfig);
      if (result === 'ambiguous') isAmbiguous = true;
      if (result !== 'same') (result === 'another' ? another : unknown).push({ change, digest, isConfig });
    }
  }
  if (another.length > 0) return { type: 'another', others: another };
  if (unknown.length > 0) return { type: isAmbiguous ? 'ambiguous' : 'unknown', others: unknown };
  return { type: isComplete ? 'written' : 'none', others: [] };

  function compare({ container, to }: RolloutChange, reported: Digest, isConfig: boolean): Promise<Comparison> {
    const digests = { written: to.digest, reported, isConfig };
    return quickly(() => requestFor(container), { registry, log, workload: rollout.workload, signal }, digests);
  }
}

/** The pods of a Job have run when it is judged; all others run. */
function mayRun({ kind }: Workload, pods: readonly Pod[]): readonly Pod[] {
  return kind === 'CronJob' ? pods.filter(({ deleting }) => !deleting) : currentPods(pods);
}

/** Whether the pods run what the last check found that the tag means: then it was pushed since, and is judged by a rollout of its own. */
export async function runNewerPush(
  { registry, log }: Requests,
  secrets: PullSecrets,
  {
    workload,
    rollout,
    others,
    check,
  }: {
    readonly workload: Workload;
    readonly rollout: Rollout;
    readonly others: readonly OtherDigest[];
    readonly check: CheckRecord | undefined;
  },
  signal: AbortSignal,
): Promise<boolean> {
  const requestFor = quickRequests(secrets, workload, signal);
  for (const { change, digest, isConfig } of others) {
    const now = check?.observed.find(({ container }) => container === change.container)?.digest;
    if (now === undefined || now === change.to.digest) continue;
    const digests = { written: now, reported: digest, isConfig };
    const compared = await quickly(
      () => requestFor(change.container),
      { registry, log, workload: rollout.workload, signal },
      digests,
    );
    if (compared === 'same') return true;
  }
  return false;
}

/** Compares two images; `unknown` where the registry does not answer in time, or the container is not followed any more. */
async function quickly(
  requestFor: () => Promise<RegistryRequest | undefined>,
  {
    registry,
    log,
    workload,
    signal,
  }: Requests & {
    readonly workload: WorkloadId;
    readonly signal: AbortSignal;
  },
  digests: Parameters<typeof compareImages>[2],
): Promise<Comparison> {
  try {
    const request = await requestFor();
    return request ? await compareImages(registry, request, digests) : 'unknown';
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ err: error, workload }, 'could not verify which digest the pods run');
    return 'unknown';
  }
}
