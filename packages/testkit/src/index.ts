export type { ApiAccess } from './api-client.ts';
export { parseImageName } from './cluster/kubelet/image-name.ts';
export type { Address } from './cluster/kubelet/life.ts';
export { PullError, RegistryPuller, unresolved } from './cluster/kubelet/registry.ts';
export type {
  ContainerRuntime,
  ContainerSpec,
  ExecResult,
  ProgramExit,
  PullRequest,
  RunningContainer,
} from './cluster/kubelet/runtime/container-runtime.ts';
export type { KubeObject } from './cluster/objects/object.ts';
export type { KubeManifest, SimulatedCluster, SimulatedClusterOptions } from './cluster/options.ts';
export { startSimulatedCluster } from './cluster/start.ts';
export { dieWithParent } from './die-with-parent.ts';
export type { Action } from './flux/apply-object.ts';
export { fluxCrdsMissing } from './flux/crds.ts';
export type { Reconciliation } from './flux/reconcile.ts';
export { type Flux, type FluxOptions, startFlux } from './flux/start-flux.ts';
export { type RealCluster, realClusterMissing, startRealCluster } from './real-cluster.ts';
export { freePort } from './redis/free-port.ts';
export { startRedis, type TestRedis } from './redis/start-redis.ts';
export { startDebianRegistry } from './registry/debian-registry.ts';
export type { Fault } from './registry/faults.ts';
export { pushContent } from './registry/push-content.ts';
export { pushImage } from './registry/push-image.ts';
export { PushSession, type PushTarget } from './registry/push-session.ts';
export { startRegistry } from './registry/start-registry.ts';
export type { NotifyEndpoint, RegistryAuth, RegistryOptions, TestRegistry } from './registry/types.ts';
