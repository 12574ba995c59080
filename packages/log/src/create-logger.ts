import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import { describeError } from './describe-error.ts';

export interface LoggerOptions {
  readonly level: string;
  /** Which part of Keelson writes: `api`, `worker`. */
  readonly name: string;
  /** Where lines go. @default standard output */
  readonly destination?: DestinationStream;
}

/** Fields that hold secrets, at any depth. A second line of defence: no code may log them. */
const secretFields = ['password', 'token', 'authorization', 'auth', 'secret', 'cookie', 'credentials', 'redisUrl'];

/** A logger that writes one line of JSON for each message: a static message and fields. */
export function createLogger({ level, name, destination }: LoggerOptions): Logger {
  const options = {
    name,
    level,
    base: { name },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error) },
    redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]), censor: '[secret]' },
  };
  return destination ? pino(options, destination) : pino(options);
}
