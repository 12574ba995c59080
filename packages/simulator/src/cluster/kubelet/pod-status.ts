import { findCondition } from '../controllers/conditions.ts';
import { timestamp } from '../objects/object.ts';
import type { Condition, ContainerStatus, Pod, PodStatus } from '../objects/pod.ts';

/** What the status of a pod is computed from. */
export interface PodFacts {
  readonly pod: Pod;
  readonly init: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  /** The names of the sidecars, which count for readiness. */
  readonly sidecars: ReadonlySet<string>;
  readonly initialized: boolean;
  readonly podIP: string;
  readonly hostIP: string;
  readonly startTime: string;
  readonly now: number;
}

function phase({ init, containers, initialized, pod }: PodFacts): string {
  if (!initialized) {
    const failed =
      init.some(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0) && pod.spec.restartPolicy === 'Never';
    return failed ? 'Failed' : 'Pending';
  }
  const ended = containers.every(({ state }) => state?.terminated !== undefined);
  const failed = containers.some(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  if (ended && pod.spec.restartPolicy === 'Never') return failed ? 'Failed' : 'Succeeded';
  if (ended && pod.spec.restartPolicy === 'OnFailure' && !failed) return 'Succeeded';
  const started = containers.every(
    ({ state, lastState }) => state?.waiting === undefined || lastState?.terminated !== undefined,
  );
  return started ? 'Running' : 'Pending';
}

/** The status as the kubelet writes it. A condition's transition time moves only with its status. */
export function podStatus(facts: PodFacts): PodStatus {
  const { pod, init, containers, sidecars, initialized, now } = facts;
  const current = phase(facts);
  const serving = [...containers, ...init.filter(({ name }) => sidecars.has(name))];
  const unready = serving.filter(({ ready }) => !ready).map(({ name }) => name);
  const before = pod.status?.conditions ?? [];
  const at = timestamp(now);
  const condition = (type: string, holds: boolean, reason?: string, message?: string): Condition => {
    const status = holds ? 'True' : 'False';
    const old = findCondition(before, type);
    const lastTransitionTime = old?.status === status ? (old.lastTransitionTime ?? at) : at;
    return {
      type,
      status,
      lastProbeTime: null,
      lastTransitionTime,
      ...(holds ? {} : { reason: reason ?? '', message: message ?? '' }),
    };
  };
  const notInitialized = init
    .filter(({ name, ready, started }) => !(sidecars.has(name) ? started : ready))
    .map(({ name }) => name);
  const notReady = current === 'Succeeded' ? 'PodCompleted' : 'ContainersNotReady';
  const ended = current === 'Failed' ? 'PodFailed' : notReady;
  const message = `containers with unready status: [${unready.join(' ')}]`;
  const ready = initialized && unready.length === 0 && current === 'Running';
  const conditions = [
    condition('PodReadyToStartContainers', true),
    condition(
      'Initialized',
      initialized,
      'ContainersNotInitialized',
      `containers with incomplete status: [${notInitialized.join(' ')}]`,
    ),
    condition('Ready', ready, ended, message),
    condition('ContainersReady', ready, ended, message),
    condition('PodScheduled', true),
  ];
  return {
    observedGeneration: pod.metadata.generation ?? 1,
    phase: current,
    conditions,
    hostIP: facts.hostIP,
    hostIPs: [{ ip: facts.hostIP }],
    podIP: facts.podIP,
    podIPs: [{ ip: facts.podIP }],
    startTime: facts.startTime,
    ...(init.length === 0 ? {} : { initContainerStatuses: [...init] }),
    containerStatuses: [...containers],
    qosClass: 'BestEffort',
  };
}
