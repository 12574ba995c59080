import type { Rollout, RolloutChange } from '@keelson/history';
import type { ClusterView, ContainerState, Job, Pod, Terminated, Workload } from '@keelson/kube';
import { pinOf } from '@keelson/kube';
import type { ContainerView, JobView, PodView, RolloutView, Termination } from '@keelson/rollout';
import { imagesBeside, shortImageID } from '../write-path/images-beside.ts';
import { namesTagOf } from './names-tag-of.ts';
import { arePodsNotSeen } from './pods-not-seen.ts';
import { progressOf } from './progress.ts';

export type Seen = Pick<
  ClusterView,
  'newestReplicaSet' | 'podsOfNewestRevision' | 'pods' | 'jobs' | 'podsOfJob' | 'removedJob'
>;

/**
 * The pods of the revision that a rollout wrote (law 6). Pods count only once the controller has seen the workload as it is now, and once the watches of
 * Deployments and ReplicaSets, which may be at different resource versions, name the same revision.
 */
export function podsOfTheChange(view: Seen, workload: Workload, rollout: Rollout): readonly Pod[] {
  if (workload.kind === 'CronJob')
    return jobsOfTheChange(view, workload, rollout).flatMap((job) => podsOfJob(view, workload, job));
  const { kind, status } = workload;
  if (status.observedGeneration < rollout.generation || isBehind(view, workload, rollout)) return [];
  // Before the first pod of it, the newest pods are of the revision before: a DaemonSet names none, and a Deployment that is paused, is scaled in the
  // same write or has the strategy Recreate makes its ReplicaSet later than it says that it saw the template.
  if (kind !== 'StatefulSet' && status.updated === 0) return [];
  return view.podsOfNewestRevision(workload);
}

/** Whether the controller has not seen the workload as it is now, or the watches of its ReplicaSets or pods are not where its own is. */
function isBehind(view: Seen, workload: Workload, rollout: Rollout): boolean {
  const { kind, status, generation, annotations } = workload;
  if (kind === 'CronJob') return false;
  if (status.observedGeneration < generation) return true;
  if (kind === 'DaemonSet') return arePodsNotSeen(workload, view.podsOfNewestRevision(workload), rollout);
  if (kind !== 'Deployment' || status.updated === 0) return false;
  return String(view.newestReplicaSet(workload)?.revision) !== annotations['deployment.kubernetes.io/revision'];
}

/** Whether the cluster has pods of what a rollout wrote, or Jobs whose pods will. */
export function hasPods(view: Seen, workload: Workload, rollout: Rollout): boolean {
  if (workload.kind === 'CronJob') return jobsOfTheChange(view, workload, rollout).length > 0;
  return podsOfTheChange(view, workload, rollout).some(({ deleting }) => !deleting);
}

/** Whether a Job of the change names the digest itself, so that its pods ran it though they may be gone. */
export function jobsRun(view: Seen, workload: Workload, rollout: Rollout, { container, to }: RolloutChange): boolean {
  if (workload.kind !== 'CronJob') return false;
  return jobsOfTheChange(view, workload, rollout).some(({ containers }) =>
    containers.some(({ name, image }) => name === container && image.endsWith(`@${to.digest}`)),
  );
}

/** The workload and its pods as the watches have them, in the form that `judge` reads. */
export function rolloutView(view: Seen, workload: Workload, rollout: Rollout): RolloutView {
  const { kind, paused, strategy, partition, minReadySeconds, replicas, status } = workload;
  const revision = kind === 'Deployment' ? view.newestReplicaSet(workload) : undefined;
  return {
    kind,
    paused,
    ...(strategy && { strategy }),
    ...(partition !== undefined && { partition }),
    ...(minReadySeconds !== undefined && { minReadyMs: minReadySeconds * 1_000 }),
    desired: replicas,
    status,
    pods: kind === 'CronJob' ? [] : podsBesideOlder(view, workload, rollout),
    ...(isBehind(view, workload, rollout) && { isBehind: true as const }),
    ...(kind === 'CronJob' && {
      jobs: jobsOfTheChange(view, workload, rollout).map((job) => jobView(view, workload, job)),
    }),
    ...(revision && { revisionConditions: revision.conditions }),
  };
}

/** The pods of the change. A container that fails in them with another image than before is not the rollout's, unless that changes it. */
function podsBesideOlder(view: Seen, workload: Workload, rollout: Rollout): readonly PodView[] {
  const pods = podsOfTheChange(view, workload, rollout);
  const uids = new Set(pods.map(({ uid }) => uid));
  const older = view.pods(workload).filter(({ uid }) => !uids.has(uid));
  // By own keys alone: a container may be called `constructor`.
  const beside = [imagesBeside(older, rollout), rollout.beside ?? {}].map((found) => new Map(Object.entries(found)));
  const isMoved = (state: ContainerState): boolean => {
    const before = beside.flatMap((found) => found.get(state.name) ?? []);
    if (rollout.changes.some(({ container }) => container === state.name)) return false;
    return state.imageID !== '' && before.length > 0 && !before.includes(shortImageID(state));
  };
  return pods.map((pod) => podView(pod, isMoved));
}

/**
 * The Jobs that were created with the new digests, or after the write with the tag alone: then somebody applied the manifest again, and its tag
 * means the new digest.
 */
function jobsOfTheChange(view: Seen, workload: Workload, rollout: Rollout): readonly Job[] {
  // The cluster's clock has whole seconds: a Job of the second of the write may be older than the write, and run what the tag meant before.
  const second = Math.floor(progressOf(rollout).writtenAt / 1_000) * 1_000;
  const since = second + 1_000;
  const removed = view.removedJob(workload)?.job;
  // One that was removed before the write may have been of the same digest, and ended for reasons of that time.
  const gone = removed && Date.parse(removed.createdAt) >= second ? [removed] : [];
  return [...gone, ...view.jobs(workload)].filter((job) =>
    rollout.changes.every((change) => {
      const pinned = pinOf(job, change.container);
      if (pinned !== undefined) return pinned === change.to.digest;
      return namesTagOf(job, change) && Date.parse(job.createdAt) >= since;
    }),
  );
}

/** The pods of a Job, though it may have been removed. */
function podsOfJob(view: Seen, workload: Workload, job: Job): readonly Pod[] {
  return isRemoved(view, workload, job) ? (view.removedJob(workload)?.pods ?? []) : view.podsOfJob(job);
}

function isRemoved(view: Seen, workload: Workload, { uid }: Job): boolean {
  return view.removedJob(workload)?.job.uid === uid;
}

function jobView(view: Seen, workload: Workload, job: Job): JobView {
  const { name, conditions } = job;
  const startedAt = msOf(job.startedAt);
  return {
    name,
    conditions,
    ...(startedAt !== undefined && { startedAt }),
    ...(isRemoved(view, workload, job) && { removed: true as const }),
    pods: podsOfJob(view, workload, job).map((pod) => podView(pod)),
  };
}

function podView(
  { name, phase, reason, message, deleting, ready, conditions, containers, ...pod }: Pod,
  isMoved: (container: ContainerState) => boolean = () => false,
): PodView {
  const createdAt = msOf(pod.createdAt);
  const readyChangedAt = msOf(pod.readyChangedAt);
  return {
    name,
    phase,
    deleting,
    ready,
    conditions,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    ...(createdAt !== undefined && { createdAt }),
    ...(readyChangedAt !== undefined && { readyChangedAt }),
    containers: containers.map((one) => ({ ...containerView(one), ...(isMoved(one) && { moved: true as const }) })),
  };
}

function containerView({ name, init, sidecar, ready, restarts, ...state }: ContainerState): ContainerView {
  const { waiting, running, terminated, lastTerminated } = state;
  return {
    name,
    init,
    ready,
    restarts,
    running,
    ...(sidecar && { sidecar }),
    ...(waiting && { waiting }),
    ...(terminated && { terminated: termination(terminated) }),
    ...(lastTerminated && { lastTerminated: termination(lastTerminated) }),
  };
}

function termination({ finishedAt, ...ended }: Terminated): Termination {
  const ms = msOf(finishedAt);
  return { ...ended, ...(ms !== undefined && { finishedAt: ms }) };
}

/** RFC 3339 as milliseconds since the epoch; undefined where it is absent or invalid. */
function msOf(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
