import type { Rollout } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { readIntent } from '@keelson/policy';

const defaultDeadlineSeconds = 600;

/** How long a rollout of this workload may take, in milliseconds. */
export function deadlineMsOf(workload: Workload): number {
  return 1_000 * (readIntent(workload).deadlineSeconds ?? workload.progressDeadlineSeconds ?? defaultDeadlineSeconds);
}

/** How long a complete rollout is watched, in milliseconds. A rollback is not: its digest was watched before. */
export function soakMsOf(workload: Workload, { kind }: Pick<Rollout, 'kind'>, defaultMs: number): number {
  if (kind === 'rollback') return 0;
  const { soakSeconds } = readIntent(workload);
  return soakSeconds === undefined ? defaultMs : soakSeconds * 1_000;
}

const defaultFluxHoldSeconds = 3_600;

/** For how long Flux may be made to skip this workload, where no other rollback lasts: better that than a bad image. In milliseconds. */
export function fluxHoldMsOf(workload: Workload): number {
  return 1_000 * (readIntent(workload).fluxHoldSeconds ?? defaultFluxHoldSeconds);
}
