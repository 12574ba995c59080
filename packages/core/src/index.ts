export {
  anyCaseKeys,
  configuringKeys,
  isKnownKey,
  knownSettings,
  prefixes,
  type SettingName,
  unsupportedKeyNames,
} from './annotations/keys.ts';
export { type Bound, bounds } from './bounds.ts';
export { FairCache } from './caches/fair-cache.ts';
export { isKeelsonError, KeelsonError, type KeelsonErrorOptions } from './errors/keelson-error.ts';
export { isBoundedJson } from './json/is-bounded-json.ts';
export { everFires } from './schedule/cron.ts';
export { formatDuration, parseDuration } from './schedule/duration.ts';
export { formatSchedule } from './schedule/format-schedule.ts';
export { nextRun } from './schedule/next-run.ts';
export type { Schedule } from './schedule/types.ts';
export { escapeJson, escapeLines, escapeText } from './text/escape-text.ts';
export { keptLog, keptMessage, keptMessageLines } from './text/kept-text.ts';
export { maskSecrets, maskSecretsOfTail } from './text/mask-secrets.ts';
export { toIsoTime } from './time/iso-time.ts';
export { namespaceOf } from './workload/namespace-of.ts';
export { InvalidWorkloadIdError, parseWorkloadId } from './workload/parse-workload-id.ts';
export type { WorkloadId, WorkloadKey, WorkloadKind } from './workload/types.ts';
export { workloadIdOf, workloadKeyOf } from './workload/workload-id.ts';
export { workloadKinds } from './workload/workload-kinds.ts';
export {
  isWritePathName,
  revertedCode,
  type WritePathFacts,
  type WritePathName,
  writePathFacts,
  writePathNames,
  writePaths,
} from './write-path/write-paths.ts';
