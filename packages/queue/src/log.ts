type Write = (fields: object, message: string) => void;

/** Where the queue tells what no caller is there to be told. pino's Logger is one. */
export interface Log {
  readonly warn: Write;
  readonly error: Write;
}
