export { type TrackedContainer, trackedContainers } from './containers/tracked-containers.ts';
export { decide } from './decide/decide.ts';
export { readIntent } from './intent/read-intent.ts';
export { readSchedule, type ScheduleReading } from './schedule/read-schedule.ts';
export type {
  ContainerFacts,
  Decision,
  DecisionCode,
  Intent,
  Move,
  NamePattern,
  Observation,
  Policy,
  Warning,
} from './types.ts';
