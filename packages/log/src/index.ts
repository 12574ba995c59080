export type { Logger } from 'pino';
export { createLogger, type LoggerOptions } from './create-logger.ts';
export { type DescribedError, describeError } from './describe-error.ts';
