import type { Condition, ContainerView, JobView, PodView, RolloutView, VerdictInput } from '../../src/index.ts';

/** The time of the write, in milliseconds since the epoch; every other time is `at` so many seconds after it. */
const written = 1_795_000_000_000;
export const at = (seconds: number): number => written + seconds * 1_000;

type Over<T> = { readonly [K in keyof T]?: T[K] };

/** A ready container called app, unless said otherwise. */
export const container = (over: Over<ContainerView> = {}): ContainerView => ({
  name: 'app',
  init: false,
  ready: true,
  restarts: 0,
  ...(Object.keys(over).some((key) => key === 'waiting' || key === 'terminated') ? {} : { running: true }),
  ...over,
});

/** One that waits for this reason. */
export const waits = (reason: string, message?: string, over: Over<ContainerView> = {}): ContainerView =>
  container({ ready: false, waiting: { reason, ...(message !== undefined && { message }) }, ...over });

/** The end of a container run, so many seconds after the write. */
export const ended = (exitCode: number, finished: number, reason = exitCode === 0 ? 'Completed' : 'Error') => ({
  exitCode,
  reason,
  finishedAt: at(finished),
});

export const init = (over: Over<ContainerView> = {}): ContainerView =>
  container({ name: 'migrate', init: true, terminated: ended(0, 3), ...over });

/** A pod that was created one second after the write and ready after ten, with these containers. */
export const pod = (name: string, containers: readonly ContainerView[], over: Over<PodView> = {}): PodView => ({
  name,
  phase: 'Running',
  ready: containers.every(({ ready, init: isInit, sidecar }) => ready || (isInit && !sidecar)),
  readyChangedAt: at(10),
  createdAt: at(1),
  conditions: [],
  containers,
  ...over,
});

export const up = (name: string, over: Over<PodView> = {}): PodView => pod(name, [container()], over);

/** One pod of two is up; this is the other. */
export const beside = (...containers: ContainerView[]): readonly PodView[] => [up('web-a'), pod('web-b', containers)];

export const condition = (type: string, status: string, reason?: string, message?: string): Condition => ({
  type,
  status,
  ...(reason !== undefined && { reason }),
  ...(message !== undefined && { message }),
});

type ViewOver = Over<Omit<RolloutView, 'status'>> & { readonly status?: Over<RolloutView['status']> };

/** A workload of two pods with this many available. */
export const view = (available: number, pods: readonly PodView[], over: ViewOver = {}): RolloutView => ({
  kind: 'Deployment',
  strategy: 'RollingUpdate',
  paused: false,
  desired: 2,
  pods,
  ...over,
  status: { observedGeneration: 5, replicas: 2, updated: 2, available, conditions: [], ...over.status },
});

export const complete = (over: ViewOver = {}): RolloutView => view(2, [up('web-a'), up('web-b')], over);

/** In the middle of a rollout: one pod of two is available. */
export const rolling = (pods: readonly PodView[], over: ViewOver = {}): RolloutView => view(1, pods, over);

/** The input so many seconds after the write, with a deadline of ten minutes and no soak. */
export const after = (seconds: number, of: RolloutView, over: Over<VerdictInput> = {}): VerdictInput => ({
  view: of,
  generation: 5,
  writtenAt: at(0),
  now: at(seconds),
  deadlineMs: 600_000,
  soakMs: 0,
  ...over,
});

export const soak = { since: at(12), lastReady: at(10), newestPod: at(1) };

/** The input so many seconds after the write, in a soak of two minutes that began at 12 s. */
export const soaks = (seconds: number, of: RolloutView, over: Over<VerdictInput> = {}): VerdictInput =>
  after(seconds, of, { soakMs: 120_000, soak: soak, ...over });

export const job = (name: string, over: Over<JobView> = {}): JobView => ({
  name,
  conditions: [],
  startedAt: at(3_600),
  pods: [],
  ...over,
});

export const cronJob = (jobs: readonly JobView[], over: ViewOver = {}): RolloutView =>
  view(0, [], { kind: 'CronJob', desired: 0, jobs, ...over, status: { replicas: 0, updated: 0, ...over.status } });

/** Title, input, and `type code` of the verdict; `failed!` is not blamed. */
export type Row = readonly [name: string, input: VerdictInput, verdict: string];
