import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the probe gives something; the limit is for machines that are busy, not a claim about speed. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 25_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`not seen within ${limitMs / 1000} s: ${what}`);
    await sleep(30);
  }
}
