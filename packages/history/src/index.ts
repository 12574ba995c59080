export { waveLeast, waveWindowMs } from './cluster/wave.ts';
export { digestRecord } from './codec/json.ts';
export { hold, quarantineList } from './codec/marks.ts';
export { createHistory, type HistoryOptions } from './create-history.ts';
export { HistoryError, type HistoryErrorCode, isHistoryError } from './errors.ts';
export { whenWritten } from './rollouts/digests.ts';
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
