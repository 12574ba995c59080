import { describe, expect, it } from 'vitest';
import { checkAgainAt } from './check-again.ts';

const paused = (retryAt?: number) => ({ code: 'paused', ...(retryAt !== undefined && { retryAt }) });
const timeout = { code: 'timeout', retryAt: 5_000 };

describe('checkAgainAt', () => {
  it.each([
    { when: 'no check failed', failures: [], next: 60_000, expected: undefined },
    { when: 'a check was paused', failures: [paused(5_000)], next: 60_000, expected: 5_500 },
    { when: 'two checks were paused', failures: [paused(5_000), paused(2_000)], next: 60_000, expected: 2_500 },
    { when: 'the next tick comes first', failures: [paused(5_000)], next: 5_000, expected: undefined },
    { when: 'a pause has no end', failures: [paused()], next: 60_000, expected: undefined },
    { when: 'a request failed', failures: [timeout], next: 60_000, expected: undefined },
    {
      when: 'a request failed and another was paused',
      failures: [timeout, paused(7_000)],
      next: 60_000,
      expected: 7_500,
    },
    { when: 'a request failed and there is no schedule', failures: [timeout], next: undefined, expected: 5_500 },
    {
      when: 'a tag is missing and there is no schedule',
      failures: [{ code: 'not-found' }],
      next: undefined,
      expected: undefined,
    },
  ])('checkAgainAt is $expected where $when', ({ failures, next, expected }) => {
    expect(checkAgainAt(failures, next, 0.5)).toBe(expected);
  });
});
