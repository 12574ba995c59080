import { sleep } from '@keelson/core/wait';

const everyMs = 100;

/** Calls `read` until it returns something; returns undefined when it does not within that time. */
export async function until<T>(read: () => Promise<T | undefined>, patienceMs: number): Promise<T | undefined> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const found = await read();
    if (found !== undefined) return found;
    await sleep(everyMs);
  }
  return undefined;
}
