type Write = (fields: object, message: string) => void;

/** Where the queue reports errors that it cannot throw to a caller. pino's Logger is one. */
export interface Log {
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}
