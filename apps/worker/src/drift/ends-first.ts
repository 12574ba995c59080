import type { Rollout, WorkloadState } from '@keelson/history';
import { leavesQuarantined } from '@keelson/history';

/**
 * Whether a rollback is still written though a user switched Keelson off since it began: without it a quarantined digest would go on running, which
 * that user did not ask for (law 7).
 */
export function endsFirst(
  rollout: Pick<Rollout, 'kind' | 'changes' | 'createdAt'>,
  { hold, quarantine }: Pick<WorkloadState, 'hold' | 'quarantine'>,
): boolean {
  const isOlder = hold?.code === 'off' && !hold.startQuarantined && rollout.createdAt <= hold.at;
  return isOlder && leavesQuarantined(rollout, quarantine);
}
