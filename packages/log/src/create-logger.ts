import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import { describeError } from './describe-error.ts';
import { safeLine } from './safe-line.ts';

export interface LoggerOptions {
  readonly level: string;
  /** Which part of Keelson writes: `api`, `worker`. */
  readonly name: string;
  /** Where lines go. @default standard output */
  readonly destination?: DestinationStream;
}

/** A logger that writes one line of JSON for each message: a static message and fields. */
export function createLogger({ level, name, destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    base: { name },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error) },
    hooks: { streamWrite: safeLine },
  };
  return destination ? pino(options, destination) : pino(options);
}
