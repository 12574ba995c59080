export { waveLeast, waveWindowMs } from './cluster/wave.ts';
export { createHistory, type HistoryOptions } from './create-history.ts';
export { HistoryError, type HistoryErrorCode, isHistoryError } from './errors.ts';
export { isUnderWay } from './rollouts/states.ts';
export type {
  BeginResult,
  CheckRecord,
  ClusterStop,
  Consequences,
  ContainerRecord,
  DigestRecord,
  Evidence,
  History,
  HistoryEvent,
  Hold,
  ImageVersion,
  NewRollout,
  Page,
  QuarantineEntry,
  Rollout,
  RolloutChange,
  RolloutKind,
  RolloutQuery,
  RolloutState,
  SoakMarks,
  Transition,
  Trigger,
  Undone,
  WorkloadId,
  WorkloadQuery,
  WorkloadRecord,
  WorkloadState,
} from './types.ts';
