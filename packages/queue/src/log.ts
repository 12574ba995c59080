type Write = (fields: object, message: string) => void;

/** Where the queue reports errors that it cannot throw to a caller. pino's Logger is one. */
export interface Log {
  readonly warn: Write;
  readonly error: Write;
}
