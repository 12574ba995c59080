export { isQueueError, QueueError, type QueueErrorCode } from './errors.ts';
export { createSharedFlight } from './flight/create-shared-flight.ts';
export { guardMarks, imagePatch, registryPoll, releaseFields, rolloutVerify } from './functions.ts';
export { createLease, type LeaseOptions } from './lease/create-lease.ts';
export type { Log } from './log.ts';
export { createProducer } from './producer/create-producer.ts';
export type { QueueOptions } from './redis/connect.ts';
export { type Handled, handle, permanentFailure } from './runtime/handle.ts';
export { type FunctionsOptions, startFunctions } from './runtime/start-functions.ts';
export { createSchedules } from './schedules/create-schedules.ts';
export { offsetFor } from './schedules/offset-for.ts';
export { startTicks, type TicksOptions } from './schedules/start-ticks.ts';
export type {
  FlightOptions,
  FunctionContext,
  FunctionDefinition,
  FunctionOutcome,
  FunctionRuntime,
  Handler,
  Lease,
  PermanentFailure,
  PollSchedule,
  Producer,
  QueueCounts,
  Reconciled,
  Schedules,
  SharedFlight,
  WantedSchedule,
} from './types.ts';
