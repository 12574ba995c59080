export type { ConnectOptions } from './http/connect.ts';
export { connect } from './http/connect.ts';
export { getIfThere } from './http/get-if-there.ts';
export { ConflictError, KubeError, type KubeErrorCode } from './http/kube-error.ts';
export type { KubeHttp, KubeRequest } from './http/request.ts';
export { fieldManager, fluxManagers, holdUntilKey, pinAnnotation, stateKey } from './keys.ts';
export type { KubeLog } from './log.ts';
export { fluxClaims } from './objects/owner.ts';
export { foreignHashOf } from './objects/template-hash.ts';
export { ownerText } from './owner/owner-text.ts';
export { createClusterReader } from './read/cluster-reader.ts';
export type {
  ClusterChange,
  ClusterReader,
  ClusterView,
  Container,
  ContainerState,
  FieldWriter,
  FluxOwner,
  Job,
  Owner,
  Pod,
  PullSecret,
  ReplicaSet,
  Terminated,
  Workload,
  WorkloadStatus,
} from './types.ts';
export { type ClusterViewOptions, createClusterView } from './view/cluster-view.ts';
export type { WatchTiming } from './watch/timing.ts';
export { createWrites, type WritesOptions } from './write/create-writes.ts';
export { gitImageOf, type OwnPin, ownPinsOf, pinOf, pinsOn } from './write/pins.ts';
export type {
  Direction,
  FixedCode,
  ImageChange,
  PathOptions,
  PinPolicy,
  WriteConfirmation,
  WriteOptions,
  WritePath,
  WriteResult,
  Writes,
} from './write/types.ts';
