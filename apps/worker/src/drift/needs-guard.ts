import { workloadIdOf } from '@keelson/core';
import type { WorkloadState } from '@keelson/history';
import type { Workload, Writes } from '@keelson/kube';
import { stateKey } from '@keelson/kube';
import { readIntent, trackedContainers } from '@keelson/policy';
import { stateText } from '../state-annotation/state-text.ts';
import { carriesOurFields } from './carries-our-fields.ts';
import { diffPins } from './diff-pins.ts';
import { isOutdated } from './is-outdated.ts';
import { missedRollback } from './missed-rollback.ts';
import { unjudgedChanges } from './unjudged.ts';

/** Whether anything that Keelson wrote into a workload has changed, so that guard-pins has to run. Sends no request. */
export function needsGuard(
  { holdUntil }: Pick<Writes, 'holdUntil'>,
  workload: Workload,
  state: Pick<WorkloadState, 'digests' | 'check' | 'quarantine' | 'hold' | 'active' | 'unproven'>,
): boolean {
  const { tracked } = trackedContainers(readIntent(workload), workload.containers);
  if (state.hold?.code === 'off') return carriesOurFields(workload);
  return (
    stateText(workloadIdOf(workload), state) !== workload.annotations[stateKey] ||
    diffPins(workload, tracked, state).length > 0 ||
    missedRollback(workload, tracked, state) !== undefined ||
    unjudgedChanges(workload, tracked, state).length > 0 ||
    isOutdated(workload, state) ||
    holdUntil(workload) !== undefined
  );
}
