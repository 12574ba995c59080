import { describe, expect, it } from 'vitest';
import { freshness } from './freshness.ts';

describe('freshness', () => {
  it.each([
    ['every minute', { type: 'every', ms: 60_000 } as const, 970_000],
    ['every second', { type: 'every', ms: 1_000 } as const, 999_500],
    ['by cron', { type: 'cron', pattern: '0 3 * * *' } as const, 999_000],
  ])('freshness accepts recent observations for a check scheduled %s', (_, schedule, earliest) => {
    expect(freshness(schedule, 1_000_000)).toBe(earliest);
  });
});
