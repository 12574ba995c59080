export { isQueueError, QueueError, type QueueErrorCode } from './errors.ts';
export { guardPins, imagePatch, proveWayBack, registryPoll, removeFields, rolloutVerify } from './functions.ts';
export { createLease, type LeaseOptions } from './lease/create-lease.ts';
export type { Log } from './log.ts';
export { createProducer } from './producer/create-producer.ts';
export type { QueueOptions } from './redis/connect.ts';
export { type Handled, handle } from './runtime/handle.ts';
export { type FunctionsOptions, startFunctions } from './runtime/start-functions.ts';
export { createSchedules } from './schedules/create-schedules.ts';
export { offsetFor } from './schedules/offset-for.ts';
export { startTicks, type TicksOptions } from './schedules/start-ticks.ts';
export { createSingleFlight } from './single-flight/create-single-flight.ts';
export type {
  FunctionContext,
  FunctionDefinition,
  FunctionOutcome,
  FunctionRuntime,
  Handler,
  Lease,
  Producer,
  Reconciled,
  Schedules,
  Settled,
  SingleFlight,
  SingleFlightOptions,
  WantedSchedule,
} from './types.ts';
