export { type TrackedContainer, trackedContainers } from './containers/tracked-containers.ts';
export { decide } from './decide/decide.ts';
export type { ContainerFacts, Decision, DecisionCode, Move, Observation } from './decide/decision.ts';
export type { Intent, NamePattern } from './intent/intent.ts';
export { isFollowed, readIntent } from './intent/read-intent.ts';
export { policyText } from './policies/policies.ts';
export type { Policy } from './policies/policy.ts';
export { readSchedule, type ScheduleReading } from './schedule/read-schedule.ts';
export type { Warning } from './warning.ts';
