import type { WorkloadKey } from '@keelson/core';
import { workloadIdOf, workloadKinds } from '@keelson/core';
import { optional } from '../fields.ts';
import type { KubeHttp } from '../http/request.ts';
import type { KubeLog } from '../log.ts';
import { silent } from '../log.ts';
import { readJob } from '../objects/job.ts';
import { listPath, workloadListPath } from '../objects/kinds.ts';
import { reflected } from '../objects/metadata.ts';
import { readPod } from '../objects/pod.ts';
import { readReplicaSet } from '../objects/replica-set.ts';
import { readWorkload } from '../objects/workload.ts';
import type { ClusterChange, ClusterView, Job, Pod, ReplicaSet, Workload } from '../types.ts';
import type { ReflectOptions, Reflector } from '../watch/reflect.ts';
import type { WatchTiming } from '../watch/timing.ts';
import { defaultTiming } from '../watch/timing.ts';
import { createListeners } from './listeners.ts';
import { loggedReflector } from './logged-reflector.ts';
import { newestOf, podsOfNewestHash } from './newest-revision.ts';
import type { OwnedIndex } from './owned-index.ts';
import { createOwnedIndex } from './owned-index.ts';
import { createRemovedJobs } from './removed-jobs.ts';

export interface ClusterViewOptions {
  /** Watch only these, which needs roles in these alone. @default the whole cluster */
  readonly namespaces?: readonly string[];
  readonly log?: KubeLog;
  readonly timing?: Partial<WatchTiming>;
}

/** A kind whose objects are found by their controller. */
interface OwnedKind<T> {
  readonly read: (object: unknown) => T | undefined;
  readonly index: OwnedIndex<T>;
  /** The change to report when an object is added, changed or removed. */
  readonly change: (object: T) => ClusterChange;
  readonly onPut?: (object: T) => void;
  readonly onRemove?: (object: T) => void;
}

/** A view of the whole cluster, or of some namespaces. Sends nothing before `start`. */
export function createClusterView(
  http: KubeHttp,
  { namespaces, log = silent, timing = {} }: ClusterViewOptions = {},
): ClusterView {
  const workloads = new Map<string, Workload>();
  const replicaSets = createOwnedIndex<ReplicaSet>();
  const jobs = createOwnedIndex<Job>();
  const pods = createOwnedIndex<Pod>();
  const removedJobs = createRemovedJobs();
  const { add, emit } = createListeners(log);
  let reflectors: readonly Reflector[] = [];

  function watch<T>(path: string, one: Pick<ReflectOptions<T>, 'read' | 'onPut' | 'onRemove'>): Reflector {
    return loggedReflector<T>(log, { http, path, ...one, timing: { ...defaultTiming, ...timing } });
  }

  function watchOwned<T>(path: string, { read, index, change, ...on }: OwnedKind<T>): Reflector {
    return watch<T>(path, {
      read: reflected(read),
      onPut(object, before) {
        if (before !== undefined) index.remove(before);
        index.put(object);
        on.onPut?.(object);
        emit(change(object));
      },
      onRemove(object) {
        index.remove(object);
        on.onRemove?.(object);
        emit(change(object));
      },
    });
  }

  function watchAll(namespace: string | undefined): readonly Reflector[] {
    const ofWorkloads = workloadKinds.map((kind) =>
      watch<Workload>(workloadListPath(kind, namespace), {
        read: reflected((object) => readWorkload(kind, object)),
        onPut(workload) {
          workloads.set(workloadIdOf(workload), workload);
          if (kind === 'CronJob') removedJobs.follow(workload);
          emit({ type: 'workload', key: keyOf(workload) });
        },
        onRemove(workload) {
          workloads.delete(workloadIdOf(workload));
          removedJobs.forget(workload);
          emit({ type: 'workload', key: keyOf(workload) });
        },
      }),
    );
    const ofReplicaSets = watchOwned(listPath('apps/v1', 'replicasets', namespace), {
      read: readReplicaSet,
      index: replicaSets,
      change: ({ namespace: of, ownerUid }) => ({
        type: 'replicaset',
        namespace: of,
        ...optional('ownerUid', ownerUid),
      }),
    });
    const ofJobs = watchOwned(listPath('batch/v1', 'jobs', namespace), {
      read: readJob,
      index: jobs,
      change: ({ namespace: of, ownerUid }) => ({ type: 'job', namespace: of, ...optional('ownerUid', ownerUid) }),
      onPut: (job) => removedJobs.watch(job),
      onRemove: (job) => removedJobs.keep(job, pods.of(job)),
    });
    const ofPods = watchOwned(listPath('v1', 'pods', namespace), {
      read: readPod,
      index: pods,
      change: ({ namespace: of, labels }) => ({ type: 'pod', namespace: of, labels }),
      onRemove: (pod) => removedJobs.keepPod(pod),
    });
    return [...ofWorkloads, ofReplicaSets, ofJobs, ofPods];
  }

  async function stop(): Promise<void> {
    const running = reflectors;
    reflectors = [];
    await Promise.all(running.map((one) => one.stop()));
  }

  function podsOf(workload: Workload): readonly Pod[] {
    const { kind } = workload;
    if (kind === 'StatefulSet' || kind === 'DaemonSet') return [...pods.of(workload)];
    const between = kind === 'Deployment' ? replicaSets.of(workload) : jobs.of(workload);
    return [...between].flatMap((one) => [...pods.of(one)]);
  }

  return {
    async start(signal) {
      signal?.throwIfAborted();
      reflectors = (namespaces ?? [undefined]).flatMap(watchAll);
      const aborted = Promise.withResolvers<never>();
      const abort = () => aborted.reject(signal?.reason);
      signal?.addEventListener('abort', abort, { once: true });
      try {
        await Promise.race([Promise.all(reflectors.map(({ listed }) => listed)), aborted.promise]);
      } catch (error) {
        await stop();
        throw error;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    get synced() {
      return reflectors.length > 0 && reflectors.every(({ synced }) => synced);
    },
    workloads: () => workloads.values(),
    workload: (key) => workloads.get(workloadIdOf(key)),
    pods: (workload) => podsOf(workload).filter(({ deleting }) => !deleting),
    podsOfNewestRevision(workload) {
      if (workload.kind === 'CronJob') return [];
      if (workload.kind !== 'Deployment') return podsOfNewestHash(workload, podsOf(workload));
      const newest = newestOf(replicaSets.of(workload));
      return newest === undefined ? [] : [...pods.of(newest)];
    },
    newestReplicaSet: (workload) => newestOf(replicaSets.of(workload)),
    jobs: (workload) => [...jobs.of(workload)].toSorted(byAge),
    podsOfJob(job) {
      const there = [...pods.of(job)];
      // The Job controller deletes the pods of a Job at its deadline, and where its backoffLimit is reached by restarts.
      return there.length === 0 && hasFailed(job) ? removedJobs.lostBy(job) : there;
    },
    removedJob: (workload) => removedJobs.of(workload),
    onChange: add,
    stop,
  };
}

function hasFailed({ conditions }: Job): boolean {
  return conditions.some(({ type, status }) => (type === 'Failed' || type === 'FailureTarget') && status === 'True');
}

function byAge(one: Job, other: Job): number {
  return Date.parse(one.createdAt) - Date.parse(other.createdAt) || (one.name < other.name ? -1 : 1);
}

function keyOf({ namespace, kind, name }: Workload): WorkloadKey {
  return { namespace, kind, name };
}
