/** Why a run was aborted. */
export type AbortReason = 'deadline' | 'shutdown' | 'lock-lost';

export class AbortedRun extends Error {
  override readonly name = 'AbortedRun';
  readonly reason: AbortReason;

  constructor(reason: AbortReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The runs of one process, to wait for them and to abort them. */
export interface Running {
  /** False after `close`: later jobs are for another worker. */
  readonly open: boolean;
  close(): void;
  /** Calls `work` with a signal that aborts at the deadline, and by `abort`. */
  track<T>(id: string, deadlineMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  abort(ids: readonly string[] | 'all', reason: AbortedRun): void;
  /** Resolves when nothing runs, or after that many milliseconds. */
  idle(withinMs: number): Promise<void>;
}

export function createRunning(): Running {
  const controllers = new Map<string, AbortController>();
  let onIdle: (() => void) | undefined;
  let open = true;

  return {
    get open() {
      return open;
    },
    close: () => {
      open = false;
    },
    track: async (id, deadlineMs, work) => {
      const controller = new AbortController();
      controllers.set(id, controller);
      const overdue = (): void =>
        controller.abort(new AbortedRun('deadline', `The run took longer than ${deadlineMs} ms.`));
      const timer = setTimeout(overdue, deadlineMs);
      try {
        return await work(controller.signal);
      } finally {
        clearTimeout(timer);
        if (controllers.get(id) === controller) controllers.delete(id);
        if (controllers.size === 0) onIdle?.();
      }
    },
    abort: (ids, reason) => {
      for (const id of ids === 'all' ? [...controllers.keys()] : ids) controllers.get(id)?.abort(reason);
    },
    idle: (withinMs) =>
      new Promise((resolve) => {
        if (controllers.size === 0) return resolve();
        const timer = setTimeout(resolve, withinMs);
        onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}
