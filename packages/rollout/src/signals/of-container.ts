import { evidenceOf, isDone, isStarting } from '../evidence.ts';
import { graces } from '../graces.ts';
import { pullSignal } from '../pull/pull-signal.ts';
import type { ContainerView, PodEvidence, PodView, Termination } from '../types.ts';
import type { Signal } from './signal.ts';

type Reading = (evidence: PodEvidence) => Signal | undefined;

const where = ({ container, pod }: PodEvidence) => `Container ${container} of pod ${pod}`;
const exit = ({ exitCode }: PodEvidence) => (exitCode === undefined ? '' : ` (exit code ${exitCode})`);
const says = ({ message }: PodEvidence) => (message ? `: ${message}` : '.');

function reading(
  effect: Signal['effect'],
  code: string,
  graceMs: number,
  message: (evidence: PodEvidence) => string,
): Reading {
  return (evidence) => ({ effect, code, message: message(evidence), evidence, graceMs });
}

const notStarted = reading(
  'fail',
  'container-not-started',
  graces.create,
  (e) => `${where(e)} cannot be started (${e.reason})${says(e)}`,
);
const blockedByNode = reading(
  'block',
  'node-trouble',
  0,
  (e) => `${where(e)} cannot be started by its node (${e.reason})${says(e)}`,
);
/** Whether a runtime says that its node is too slow or too full to create a container, whatever its image is (containerd#4604). */
const isNodeTrouble = ({ message = '' }: PodEvidence): boolean =>
  /context deadline exceeded|reserv\w+ (?:container|ctr) name|no space left on device|too many open files|content digest \S+: not found/.test(
    message,
  );
const notCreated: Reading = (evidence) => (isNodeTrouble(evidence) ? blockedByNode : notStarted)(evidence);
const outOfMemory = reading(
  'fail',
  'out-of-memory',
  0,
  (e) => `${where(e)} was killed because it used more memory than its limit.`,
);
const restarting = reading(
  'fail',
  'restarting',
  0,
  (e) => `${where(e)} was restarted ${e.restarts} times and is not ready${exit(e)}.`,
);

/** By the reason of the container's waiting or terminated state. */
const readings: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ['CrashLoopBackOff', reading('fail', 'crash-loop', 0, (e) => `${where(e)} keeps crashing${exit(e)}.`)],
  [
    'InvalidImageName',
    reading('fail', 'invalid-image-name', 0, (e) => `${where(e)} has an image whose name is not valid${says(e)}`),
  ],
  [
    'ErrImageNeverPull',
    reading(
      'fail',
      'image-never-pulled',
      0,
      (e) => `${where(e)} must not pull its image (imagePullPolicy Never), and the node does not have it.`,
    ),
  ],
  ['ErrImagePull', pullSignal],
  ['ImagePullBackOff', pullSignal],
  [
    'RegistryUnavailable',
    reading('block', 'registry-unreachable', 0, (e) => `${where(e)} waits for the registry, which does not answer.`),
  ],
  [
    'SignatureValidationFailed',
    reading('block', 'image-refused', 0, (e) => `${where(e)} has an image whose signature the node refuses${says(e)}`),
  ],
  [
    'ImageInspectError',
    reading('block', 'node-trouble', 0, (e) => `${where(e)} has an image that the node cannot read${says(e)}`),
  ],
  [
    'CreateContainerConfigError',
    reading('fail', 'container-config', graces.config, (e) => `${where(e)} cannot be configured${says(e)}`),
  ],
  ['CreateContainerError', notCreated],
  ['RunContainerError', notCreated],
  ['StartError', notStarted],
  ['ContainerCannotRun', notStarted],
  ['PreStartHookError', notStarted],
  ['PreCreateHookError', notStarted],
  ['PostStartHookError', notStarted],
]);

/** The signal of one container of a live pod. None for a ready container, nor for one that crashed once and runs again. */
export function containerSignal(pod: PodView, container: ContainerView): Signal | undefined {
  if (container.ready || isDone(container)) return undefined;
  const signal = read(container, evidenceOf(pod, container));
  return signal && { ...signal, ...(pod.createdAt !== undefined && { podCreatedAt: pod.createdAt }) };
}

/** Waiting reasons of a container whose image the node does not get. */
const withoutImage: ReadonlySet<string> = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
]);

const withoutConfig = 'CreateContainerConfigError';

/**
 * The signal of a container whose image the rollout does not change. That its image, its Secret or its ConfigMap is gone, or that its own tag moved to
 * an image that fails, says nothing about the new images: the rollout is blocked until that ends. Neither does it say anything where an init container
 * fails before any of the `changed` ones has run.
 */
export function otherContainerSignal(
  pod: PodView,
  container: ContainerView,
  changed: readonly string[],
): Signal | undefined {
  const signal = containerSignal(pod, container);
  const reason = container.waiting?.reason ?? '';
  const excuse = signal?.effect === 'fail' ? excuseOf(pod, container, changed) : undefined;
  if (signal && excuse !== undefined) {
    return { ...signal, effect: 'block', code: 'other-container-failing', message: `${signal.message} ${excuse}` };
  }
  if (signal?.effect === 'block' || (reason !== withoutConfig && !withoutImage.has(reason))) return signal;
  const evidence = evidenceOf(pod, container);
  const [code, what] =
    reason === withoutConfig
      ? ['other-container-config', 'cannot be configured, and this rollout does not change it']
      : ['other-image-missing', 'does not get its image, which this rollout does not change'];
  return { effect: 'block', code, message: `${where(evidence)} ${what}${says(evidence)}`, evidence, graceMs: 0 };
}

/** Why the failure of a container that the rollout does not change is not the fault of those that it changes; undefined where it may be. */
function excuseOf(pod: PodView, { moved }: ContainerView, changed: readonly string[]): string | undefined {
  if (moved) return 'It has another image than in the pods before, which this rollout does not change.';
  const ours = pod.containers.filter(({ name }) => changed.includes(name));
  return ours.every(isStarting) ? 'No image that this rollout changes has run in that pod yet.' : undefined;
}

function read(container: ContainerView, evidence: PodEvidence): Signal | undefined {
  const { waiting, terminated, lastTerminated, restarts } = container;
  const crashed = waiting?.reason === 'CrashLoopBackOff';
  // A code of its own, since people fix it differently from other crashes.
  if (terminated?.reason === 'OOMKilled' && (isInit(container) || restarts > 0)) return outOfMemory(evidence);
  if (lastTerminated?.reason === 'OOMKilled' && (restarts > 0 || crashed)) {
    return outOfMemory({ ...evidence, reason: 'OOMKilled' });
  }
  const signal = readings.get(waiting?.reason ?? terminated?.reason ?? '')?.(evidence);
  if (signal && (signal.graceMs === 0 || restarts < 2)) return signal;
  const ended = terminated ?? lastTerminated;
  if (restarts >= 2 && !(ended && isLost(ended))) return restarting(evidence);
  return signal;
}

function isInit({ init, sidecar }: ContainerView): boolean {
  return init && sidecar !== true;
}

/**
 * Whether the runtime lost the container, as when the node was restarted; it did not crash. containerd reports `Unknown` with 255
 * (internal/cri/server), the kubelet `ContainerStatusUnknown` (pkg/kubelet/status).
 */
export function isLost({ reason, exitCode }: Termination): boolean {
  return reason === 'ContainerStatusUnknown' || (reason === 'Unknown' && exitCode === 255);
}
