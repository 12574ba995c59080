/** One request as the server saw it. */
export interface LoggedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** 0 until there is an answer; of a watch, the status that it began with. */
  readonly status: number;
  readonly userAgent: string;
  readonly contentType: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The requests, oldest first; the oldest are dropped beyond the limit. */
export class RequestLog {
  readonly #limit: number;
  #entries: LoggedRequest[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns a function that records the status later */
  add(entry: Omit<LoggedRequest, 'status'>): (status: number) => void {
    const logged = { ...entry, status: 0 };
    this.#entries.push(logged);
    if (this.#entries.length > this.#limit * 2) this.#entries = this.#entries.slice(-this.#limit);
    return (status) => {
      logged.status = status;
    };
  }

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}
