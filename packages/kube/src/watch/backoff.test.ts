import { describe, expect, it } from 'vitest';
import { createBackoff } from './backoff.ts';

describe('backoff', () => {
  it('doubles each wait up to the longest, never less than half a step', () => {
    const backoff = createBackoff(100, 1000);

    const waits = Array.from({ length: 6 }, () => backoff.next());

    for (const [index, step] of [100, 200, 400, 800, 1000, 1000].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(step / 2);
      expect(waits[index]).toBeLessThanOrEqual(step);
    }
  });

  it('begins with the shortest wait after a reset', () => {
    const backoff = createBackoff(100, 1000);
    for (let i = 0; i < 100; i += 1) backoff.next();

    backoff.reset();

    expect(backoff.next()).toBeLessThanOrEqual(100);
  });
});
