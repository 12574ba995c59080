import type { DestinationStream, LogFn, Logger } from 'pino';
import { pino } from 'pino';
import { describeError } from './describe-error.ts';
import { kindOfFailure } from './kind-of-failure.ts';
import { createOnceAMinute } from './once-a-minute.ts';
import { safeLine } from './safe-line.ts';

export interface LoggerOptions {
  readonly level: string;
  /** Which part of Keelson writes: `api`, `worker`. */
  readonly name: string;
  /** Where lines go. @default standard output */
  readonly destination?: DestinationStream;
}

/** A logger that writes one line of JSON for each message: a static message and fields. A failure that repeats is one line a minute, with `more`. */
export function createLogger({ level, name, destination }: LoggerOptions): Logger {
  const onceAMinute = createOnceAMinute();
  const options = {
    name,
    level,
    base: { name },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error) },
    hooks: {
      streamWrite: safeLine,
      logMethod(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
        const [fields, ...rest]: unknown[] = args;
        const kind = kindOfFailure(fields, rest[0]);
        const write = (more: number): void => {
          const counted: unknown = more === 0 ? fields : Object.assign({}, fields, { more });
          Reflect.apply(method, this, [counted, ...rest]);
        };
        if (kind === undefined) write(0);
        else onceAMinute(kind, write);
      },
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
