import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

const retry = { attempts: 10, minMs: 500, maxMs: 30_000 };

it.each([
  [1, 1, 500],
  [1, 0, 250],
  [2, 1, 1_000],
  [3, 0.5, 1_500],
  [7, 1, 30_000],
  [7, 0, 15_000],
  [1_000_000, 1, 30_000],
])('backoffMs after %i failures with jitter %d gives %i ms', (failures, chance, expected) => {
  expect(backoffMs(retry, failures, chance)).toBe(expected);
});
