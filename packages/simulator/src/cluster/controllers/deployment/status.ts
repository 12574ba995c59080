import { kinds } from '../../kinds/table.ts';
import { keyOf } from '../../objects/object.ts';
import type { Condition } from '../../objects/pod.ts';
import type { Deployment, ReplicaSet } from '../../objects/workloads.ts';
import type { Statement } from '../conditions.ts';
import { findCondition, withCondition } from '../conditions.ts';
import type { Control } from '../control.ts';
import { controllerManager } from '../control.ts';
import type { ProgressClock } from './progress-clock.ts';
import type { ReplicaSets } from './replica-sets.ts';
import { revisionAnnotation } from './replica-sets.ts';
import { fenceposts } from './surge.ts';

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
}

function total(replicaSets: readonly ReplicaSet[], field: 'replicas' | 'readyReplicas' | 'availableReplicas'): number {
  return replicaSets.reduce((sum, each) => sum + (each.status?.[field] ?? 0), 0);
}

function count({ all, newest }: ReplicaSets): Counts {
  return {
    replicas: total(all, 'replicas'),
    updatedReplicas: newest?.status?.replicas ?? 0,
    readyReplicas: total(all, 'readyReplicas'),
    availableReplicas: total(all, 'availableReplicas'),
  };
}

function isComplete({ spec }: Deployment, counts: Counts): boolean {
  const wanted = spec.replicas ?? 1;
  return counts.updatedReplicas === wanted && counts.replicas === wanted && counts.availableReplicas === wanted;
}

function progressed({ status }: Deployment, counts: Counts): boolean {
  const oldBefore = (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);
  return (
    counts.updatedReplicas > (status?.updatedReplicas ?? 0) ||
    counts.replicas - counts.updatedReplicas < oldBefore ||
    counts.readyReplicas > (status?.readyReplicas ?? 0) ||
    counts.availableReplicas > (status?.availableReplicas ?? 0)
  );
}

function availability(
  conditions: readonly Condition[],
  deployment: Deployment,
  counts: Counts,
  now: number,
): Condition[] {
  const enough = counts.availableReplicas >= (deployment.spec.replicas ?? 1) - fenceposts(deployment).unavailable;
  const said: Pick<Statement, 'status' | 'reason' | 'message'> = enough
    ? { status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
  return withCondition(conditions, { type: 'Available', ...said }, now);
}

/** Progressing, by the rules of the deployment controller's progress.go. */
function progress(
  conditions: readonly Condition[],
  deployment: Deployment,
  replicaSets: ReplicaSets,
  counts: Counts,
  clock: ProgressClock,
  now: number,
): Condition[] {
  const before = findCondition(conditions, 'Progressing');
  const type = 'Progressing';
  const subject =
    replicaSets.newest === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${replicaSets.newest.metadata.name}"`;
  const settled = counts.replicas === counts.updatedReplicas && before?.reason === 'NewReplicaSetAvailable';
  if (deployment.spec.paused === true || deployment.spec.progressDeadlineSeconds === undefined || settled)
    return [...conditions];
  if (isComplete(deployment, counts)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(conditions, { type, status: 'True', reason: 'NewReplicaSetAvailable', message }, now);
  }
  if (progressed(deployment, counts)) {
    clock.progressed(deployment);
    return withCondition(
      conditions,
      { type, status: 'True', reason: 'ReplicaSetUpdated', message: `${subject} is progressing.` },
      now,
      true,
    );
  }
  if (clock.timedOut(deployment, before)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(conditions, { type, status: 'False', reason: 'ProgressDeadlineExceeded', message }, now);
  }
  return [...conditions];
}

/** Writes status and revision of a Deployment. @returns whether its rollout is still in progress */
export function writeStatus(
  control: Control,
  deployment: Deployment,
  replicaSets: ReplicaSets,
  revision: number | undefined,
  early: readonly Condition[],
  clock: ProgressClock,
): boolean {
  const counts = count(replicaSets);
  const wanted = deployment.spec.replicas ?? 1;
  const available = availability(early, deployment, counts, control.now());
  const conditions = progress(available, deployment, replicaSets, counts, clock, control.now());
  const unavailable = Math.max(0, Math.max(counts.replicas, wanted) - counts.availableReplicas);
  const numbers = { ...counts, unavailableReplicas: unavailable };
  const status = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(numbers).filter(([, number]) => number > 0)),
    terminatingReplicas: replicaSets.all.reduce(
      (sum, each) => sum + Number(each.status?.['terminatingReplicas'] ?? 0),
      0,
    ),
    conditions,
  };
  const options = { manager: controllerManager, subresource: 'status' } as const;
  control.writer.change(kinds.deployment, keyOf(deployment), options, (live) => ({
    ...live,
    metadata: {
      ...live.metadata,
      ...(revision === undefined
        ? {}
        : { annotations: { ...live.metadata.annotations, [revisionAnnotation]: String(revision) } }),
    },
    status,
  }));
  return !isComplete(deployment, counts);
}
