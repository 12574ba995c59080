export type { ConnectOptions } from './http/connect.ts';
export { connect } from './http/connect.ts';
export { ConflictError, KubeError, type KubeErrorCode } from './http/kube-error.ts';
export type { KubeHttp, KubeRequest } from './http/request.ts';
export type { KubeLog } from './log.ts';
export { stateKey } from './objects/metadata.ts';
export { createClusterReader } from './read/cluster-reader.ts';
export type {
  ClusterChange,
  ClusterReader,
  ClusterView,
  Container,
  ContainerState,
  Direction,
  FieldWriter,
  ImageChange,
  Job,
  Owner,
  PathOptions,
  PinPolicy,
  Pod,
  ReplicaSet,
  Terminated,
  Workload,
  WorkloadStatus,
  WriteConfirmation,
  WriteOptions,
  WritePath,
  WriteResult,
  Writes,
} from './types.ts';
export { type ClusterViewOptions, createClusterView } from './view/cluster-view.ts';
export type { WatchTiming } from './watch/timing.ts';
export { createWrites, type WritesOptions } from './write/create-writes.ts';
export { pinAnnotation, pinsOn } from './write/digest-annotation.ts';
export { fieldManager } from './write/field-manager.ts';
export { gitImageOf } from './write/git-image.ts';
export { pinOf } from './write/mark.ts';
export {
  factsOf,
  isWritePathName,
  revertedCode,
  type WritePathFacts,
  type WritePathName,
  writePathNames,
  writePaths,
} from './write/write-paths.ts';
