export { createHistory, type HistoryOptions } from './create-history.ts';
export { HistoryError, type HistoryErrorCode, isHistoryError } from './errors.ts';
export { isUnderWay } from './rollouts/states.ts';
export type {
  BeginResult,
  CheckRecord,
  ContainerRecord,
  DigestRecord,
  Evidence,
  History,
  HistoryEvent,
  ImageVersion,
  NewRollout,
  Page,
  Rollout,
  RolloutChange,
  RolloutQuery,
  RolloutState,
  Transition,
  Trigger,
  WorkloadId,
  WorkloadQuery,
  WorkloadRecord,
  WorkloadState,
} from './types.ts';
