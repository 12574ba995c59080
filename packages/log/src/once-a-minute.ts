const everyMs = 60_000;

/** How many kinds are distinguished at a time; the rest counts as one. */
const most = 1_000;

/**
 * Calls `write` for the first of a kind at once, with 0. Of all that follow within a minute only the newest is written, at its end, with how many there
 * were more.
 */
export type OnceAMinute = (kind: string, write: (more: number) => void) => void;

export function createOnceAMinute(): OnceAMinute {
  const kinds = new Map<string, { more: number; write: (more: number) => void }>();

  function wait(kind: string, write: (more: number) => void): void {
    const waiting = { more: 0, write };
    kinds.set(kind, waiting);
    const end = (): void => {
      kinds.delete(kind);
      if (waiting.more === 0) return;
      waiting.write(waiting.more);
      wait(kind, waiting.write);
    };
    setTimeout(end, everyMs).unref();
  }

  return (wanted, write) => {
    const kind = kinds.size < most || kinds.has(wanted) ? wanted : 'another';
    const waiting = kinds.get(kind);
    if (waiting) {
      waiting.more++;
      waiting.write = write;
      return;
    }
    write(0);
    wait(kind, write);
  };
}
