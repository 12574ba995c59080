import type { WorkloadKey } from '@keelson/core';
import { workloadIdOf, workloadKinds } from '@keelson/core';
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
import { controllerKey, keyOf as controllerOf, createOwnedIndex } from './owned-index.ts';
import { createRemovedJobs } from './removed-jobs.ts';

export interface ClusterViewOptions {
  /** Watch only these, which needs roles in these alone. @default the whole cluster */
  readonly namespaces?: readonly string[];
  readonly log?: KubeLog;
  readonly timing?: Partial<WatchTiming>;
}

type Controlled = Pick<Pod, 'namespace' | 'ownerUid'>;

/** A kind whose objects are found by their controller. */
interface OwnedKind<T> {
  readonly read: (object: unknown) => T | undefined;
  readonly index: OwnedIndex<T>;
  readonly type: ClusterChange['type'];
  readonly onPut?: (object: T) => void;
  readonly onRemove?: (object: T) => void;
}

/** A view of the whole cluster, or of some namespaces. Sends nothing before `start`. */
export function createClusterView(
  http: KubeHttp,
  { namespaces, log = silent, timing = {} }: ClusterViewOptions = {},
): ClusterView {
  const workloads = new Map<string, Workload>();
  const byUid = new Map<string, WorkloadKey>();
  const replicaSets = createOwnedIndex<ReplicaSet>();
  const jobs = createOwnedIndex<Job>();
  const pods = createOwnedIndex<Pod>();
  const removedJobs = createRemovedJobs();
  const { add, emit } = createListeners(log);
  let reflectors: readonly Reflector[] = [];

  function watch<T>(path: string, one: Pick<ReflectOptions<T>, 'read' | 'onPut' | 'onRemove'>): Reflector {
    return loggedReflector<T>(log, { http, path, ...one, timing: { ...defaultTiming, ...timing } });
  }

  function watchOwned<T extends Controlled>(path: string, { read, index, type, ...on }: OwnedKind<T>): Reflector {
    const report = (object: T): void => {
      const key = workloadOf(object);
      if (key !== undefined) emit({ type, key });
    };
    return watch<T>(path, {
      read: reflected(read),
      onPut(object, before) {
        if (before !== undefined) index.remove(before);
        index.put(object);
        on.onPut?.(object);
        report(object);
      },
      onRemove(object) {
        index.remove(object);
        on.onRemove?.(object);
        report(object);
      },
    });
  }

  /** The workload that controls an object, itself or by a ReplicaSet or Job. By labels it would take a look at every workload. */
  function workloadOf(object: Controlled): WorkloadKey | undefined {
    const key = controllerKey(object) ?? '';
    const between = replicaSets.get(key) ?? jobs.get(key);
    return byUid.get(between === undefined ? key : (controllerKey(between) ?? ''));
  }

  function watchAll(namespace: string | undefined): readonly Reflector[] {
    const ofWorkloads = workloadKinds.map((kind) =>
      watch<Workload>(workloadListPath(kind, namespace), {
        read: reflected((object) => readWorkload(kind, object)),
        onPut(workload) {
          workloads.set(workloadIdOf(workload), workload);
          byUid.set(controllerOf(workload), keyOf(workload));
          if (kind === 'CronJob') removedJobs.follow(workload);
          emit({ type: 'workload', key: keyOf(workload) });
        },
        onRemove(workload) {
          workloads.delete(workloadIdOf(workload));
          byUid.delete(controllerOf(workload));
          removedJobs.forget(workload);
          emit({ type: 'workload', key: keyOf(workload) });
        },
      }),
    );
    const ofReplicaSets = watchOwned(listPath('apps/v1', 'replicasets', namespace), {
      read: readReplicaSet,
      index: replicaSets,
      type: 'replicaset',
    });
    const ofJobs = watchOwned(listPath('batch/v1', 'jobs', namespace), {
      read: readJob,
      index: jobs,
      type: 'job',
      onPut: (job) => removedJobs.watch(job),
      onRemove: (job) => removedJobs.keep(job, pods.of(job)),
    });
    const ofPods = watchOwned(listPath('v1', 'pods', namespace), {
      read: readPod,
      index: pods,
      type: 'pod',
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
