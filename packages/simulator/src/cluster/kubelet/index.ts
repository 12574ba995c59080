/** The simulated kubelet and its seams: for runtimes that run real programs, and for the kubelet of a real control plane. */
export { parseObject } from '../api/parse.ts';
export { kubelet } from '../controllers/control.ts';
export { nodeOf } from '../controllers/daemon-set.ts';
export { Timers } from '../controllers/timers.ts';
export { kinds } from '../kinds/table.ts';
export { timestamp } from '../objects/object.ts';
export { hasEnded, isPod, type Pod, type PodStatus } from '../objects/pod.ts';
export type { Address } from './container-run.ts';
export { parseImageName } from './image-name.ts';
export { type ImageSource, ImageStore, inventedImage, type LocalImage } from './image-store.ts';
export type { KubeletTimes } from './kubelet-times.ts';
export { nodeObject } from './node.ts';
export { outcomes } from './outcome.ts';
export { type NodeServices, PodWorker } from './pod-worker.ts';
export { PullError, RegistryPuller, unresolved } from './registry.ts';
export type {
  ContainerRuntime,
  ContainerSpec,
  ExecResult,
  ProgramExit,
  PullRequest,
  RunningContainer,
} from './runtime/container-runtime.ts';
