export type {
  Fault as ClusterFault,
  FaultLimit as ClusterFaultLimit,
  FaultMatch as ClusterFaultMatch,
  Faults as ClusterFaults,
} from './cluster/http/faults.ts';
export type { LoggedRequest } from './cluster/http/request-log.ts';
export type { DecideOutcome, Outcome as ImageOutcome } from './cluster/kubelet/outcome.ts';
export type { KubeObject } from './cluster/objects/object.ts';
export type { KubeManifest, SimulatedCluster, SimulatedClusterOptions } from './cluster/options.ts';
export { startSimulatedCluster } from './cluster/start.ts';
export type { Outcome } from './real-cluster/outcome.ts';
export {
  type OutcomeRule,
  type RealCluster,
  type RealClusterOptions,
  realClusterMissing,
  startRealCluster,
} from './real-cluster.ts';
export { freePort, type RedisOptions, startRedis, type TestRedis } from './redis/index.ts';
export type { ImageOptions } from './registry/build-image.ts';
export { type DebianRegistry, type DebianRegistryOptions, startDebianRegistry } from './registry/debian-registry.ts';
export type { Fault, FaultRule, Faults } from './registry/faults.ts';
export { type PushedImage, pushImage } from './registry/push-image.ts';
export type { PushTarget } from './registry/push-session.ts';
export { startRegistry } from './registry/start-registry.ts';
export type {
  BearerAuth,
  NotifyEndpoint,
  RegistryAuth,
  RegistryOptions,
  RequestRecord,
  TestRegistry,
} from './registry/types.ts';
