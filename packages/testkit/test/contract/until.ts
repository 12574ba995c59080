import { vi } from 'vitest';

/** What the probe gives once it gives something. The limit is for busy machines, not a claim about speed. */
export function until<T>(probe: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  return vi.waitUntil(probe, { timeout: 25_000, interval: 30 }) as Promise<T>;
}
