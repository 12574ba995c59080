import { kinds } from '../../kinds/table.ts';
import type { Condition } from '../../objects/pod.ts';
import type { Deployment } from '../../objects/workloads.ts';
import { isDeployment } from '../../objects/workloads.ts';
import type { Statement } from '../conditions.ts';
import { findCondition, withCondition } from '../conditions.ts';
import type { Control } from '../control.ts';
import type { ProgressClock } from './progress-clock.ts';
import type { ReplicaSets } from './replica-sets.ts';
import { cleanUp, createReplicaSet, refresh, replicaSetsOf, revisionOf } from './replica-sets.ts';
import { newSize, rollingUpdate, scaledDown, scaleOnly } from './roll-out.ts';
import { writeStatus } from './status.ts';

interface Step {
  readonly revision: number | undefined;
  readonly conditions: readonly Condition[];
}

/** The newest ReplicaSet is made or brought up to date; a new one begins the progress anew. */
function settleNewest(
  control: Control,
  deployment: Deployment,
  sets: ReplicaSets,
  conditions: readonly Condition[],
  clock: ProgressClock,
): Step {
  const revision = Math.max(0, ...sets.old.map(revisionOf)) + 1;
  if (sets.newest !== undefined) {
    const kept = Math.max(revision, revisionOf(sets.newest));
    refresh(control, deployment, sets.newest, kept);
    if (findCondition(conditions, 'Progressing') !== undefined) return { revision: kept, conditions };
    const message = `Found new replica set "${sets.newest.metadata.name}"`;
    return { revision: kept, conditions: progressing(conditions, 'FoundNewReplicaSet', message, control.now()) };
  }
  createReplicaSet(control, deployment, revision, newSize(deployment, undefined, sets.all));
  clock.progressed(deployment);
  const name = replicaSetsOf(control, deployment).newest?.metadata.name ?? '';
  const created = progressing(conditions, 'NewReplicaSetCreated', `Created new replica set "${name}"`, control.now());
  return { revision, conditions: created };
}

function progressing(conditions: readonly Condition[], reason: string, message: string, now: number): Condition[] {
  return withCondition(conditions, { type: 'Progressing', status: 'True', reason, message }, now);
}

/** The Progressing condition reports a pause, and its end, so that the deadline does not count meanwhile. */
function pauseConditions(control: Control, deployment: Deployment, clock: ProgressClock): readonly Condition[] {
  const conditions = deployment.status?.conditions ?? [];
  const before = findCondition(conditions, 'Progressing');
  const said = (reason: string, message: string): Statement => ({
    type: 'Progressing',
    status: 'Unknown',
    reason,
    message,
  });
  const paused = deployment.spec.paused === true;
  if (before?.reason === 'ProgressDeadlineExceeded' || paused === (before?.reason === 'DeploymentPaused'))
    return conditions;
  if (paused) return withCondition(conditions, said('DeploymentPaused', 'Deployment is paused'), control.now());
  clock.progressed(deployment);
  return withCondition(conditions, said('DeploymentResumed', 'Deployment is resumed'), control.now());
}

function step(control: Control, deployment: Deployment, clock: ProgressClock): Step {
  const sets = replicaSetsOf(control, deployment);
  const conditions = pauseConditions(control, deployment, clock);
  if (deployment.spec.paused === true) {
    scaleOnly(control, deployment, sets);
    return { revision: undefined, conditions };
  }
  if (deployment.spec.strategy?.type === 'Recreate' && !scaledDown(control, deployment, sets.old)) {
    return { revision: undefined, conditions };
  }
  const settled = settleNewest(control, deployment, sets, conditions, clock);
  rollingUpdate(control, deployment, replicaSetsOf(control, deployment));
  return settled;
}

/** Brings a Deployment one step closer to its spec. `again` is called with the milliseconds until its deadline. */
export function reconcileDeployment(
  control: Control,
  clock: ProgressClock,
  key: string,
  again: (ms: number) => void,
): void {
  const deployment = control.store.get(kinds.deployment, key);
  if (!isDeployment(deployment)) return;
  if (deployment.metadata.deletionTimestamp) {
    writeStatus(
      control,
      deployment,
      replicaSetsOf(control, deployment),
      undefined,
      deployment.status?.conditions ?? [],
      clock,
    );
    return;
  }
  const { revision, conditions } = step(control, deployment, clock);
  const sets = replicaSetsOf(control, deployment);
  const open = writeStatus(control, deployment, sets, revision, conditions, clock);
  const left = clock.left(deployment);
  if (!open) {
    cleanUp(control, deployment, sets.old);
    clock.forget(deployment);
  } else if (left !== undefined && left > 0) again(left + 1);
}
