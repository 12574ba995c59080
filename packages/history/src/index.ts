export { waveMinimum, waveWindowMs } from './cluster/wave.ts';
export { digestRecord } from './codec/json.ts';
export { hold, quarantineEntry } from './codec/restrictions.ts';
export { createHistory, type HistoryOptions } from './create-history.ts';
export { HistoryError, type HistoryErrorCode, isHistoryError } from './errors.ts';
export { entriesAgainst } from './restrictions/quarantine.ts';
export type { Hold, QuarantineEntry, Reverted, Stop } from './restrictions/types.ts';
export { describeRollout, type RolloutDescription } from './rollouts/describe.ts';
export { whenWritten } from './rollouts/digests.ts';
export { startOf } from './rollouts/id.ts';
export { leavesQuarantined } from './rollouts/leaves-quarantined.ts';
export { hasEnded, isUnderWay } from './rollouts/states.ts';
export type {
  BeginResult,
  Consequences,
  Evidence,
  ImageVersion,
  NewRollout,
  Rollout,
  RolloutChange,
  RolloutKind,
  RolloutState,
  SoakBaseline,
  Transition,
  Trigger,
  Written,
} from './rollouts/types.ts';
export type { History, HistoryEvent, Page, RolloutQuery, Unreadable, WorkloadQuery } from './types.ts';
export { reportOnce } from './unreadable/report-once.ts';
export type {
  CheckRecord,
  ContainerRecord,
  DigestRecord,
  Follower,
  FoundDigest,
  Proof,
  UnreadablePart,
  WorkloadRecord,
  WorkloadState,
} from './workloads/types.ts';
export { lastSeenAt } from './workloads/way-back.ts';
