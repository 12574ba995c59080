import { workloadIdOf } from '@keelson/core';
import type { WorkloadState } from '@keelson/history';
import type { Container, Workload, Writes } from '@keelson/kube';
import { stateKey } from '@keelson/kube';
import type { TrackedContainer } from '@keelson/policy';
import { readIntent, trackedContainers } from '@keelson/policy';
import { stateText } from '../state-annotation/state-text.ts';
import { carriesOurFields } from './carries-our-fields.ts';
import { diffPins } from './diff-pins.ts';
import { isOutdated } from './is-outdated.ts';
import { missedRollback } from './missed-rollback.ts';
import { unjudgedChanges } from './unjudged.ts';

type Known = Pick<WorkloadState, 'digests' | 'check' | 'quarantine' | 'hold' | 'active' | 'unproven'>;

/** Whether a workload has other digests than it should, or such as nothing has judged: `guard-pins` begins a rollout then. */
export function hasDrifted(workload: Workload, tracked: readonly TrackedContainer<Container>[], state: Known): boolean {
  return (
    diffPins(workload, tracked, state).length > 0 ||
    missedRollback(workload, tracked, state) !== undefined ||
    unjudgedChanges(workload, tracked, state).length > 0
  );
}

/** Whether anything that Keelson wrote into a workload has changed, so that guard-pins has to run. Sends no request. */
export function needsGuard({ holdUntil }: Pick<Writes, 'holdUntil'>, workload: Workload, state: Known): boolean {
  const { tracked } = trackedContainers(readIntent(workload), workload.containers);
  if (state.hold?.code === 'off') return carriesOurFields(workload);
  return (
    stateText(workloadIdOf(workload), state) !== workload.annotations[stateKey] ||
    hasDrifted(workload, tracked, state) ||
    isOutdated(workload, state) ||
    holdUntil(workload) !== undefined
  );
}
