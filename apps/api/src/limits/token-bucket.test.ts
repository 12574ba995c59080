import { expect, it } from 'vitest';
import { createTokenBucket } from './token-bucket.ts';

it('the token bucket of each client allows the burst, then its rate', () => {
  let now = 0;
  const take = createTokenBucket({ perSecond: 10, burst: 3, now: () => now });

  expect([take('a'), take('a'), take('a'), take('a')]).toEqual([0, 0, 0, 100]);
  expect(take('b')).toBe(0);

  now = 50;
  expect(take('a')).toBe(50);
  now = 100;
  expect(take('a')).toBe(0);
  expect(take('a')).toBe(100);
});

it('the token bucket never has more than the burst, even after the clock goes back', () => {
  let now = 1_000_000;
  const take = createTokenBucket({ perSecond: 10, burst: 2, now: () => now });
  take('a');

  now = 2_000_000;
  expect([take('a'), take('a'), take('a')]).toEqual([0, 0, 100]);
  now = 0;
  expect(take('a')).toBe(100);
});

it('the token bucket gives more than it has once, and then waits until that is paid for', () => {
  let now = 0;
  const take = createTokenBucket({ perSecond: 10, burst: 3, now: () => now });

  expect([take('a', 23), take('a'), take('b', 3)]).toEqual([0, 2_100, 0]);
  now = 2_100;
  expect([take('a'), take('a')]).toEqual([0, 100]);
});

it('the token bucket drops the least recent client', () => {
  const take = createTokenBucket({ perSecond: 1, burst: 1, clients: 2, now: () => 0 });

  expect([take('a'), take('b'), take('a')]).toEqual([0, 0, 1000]);
  expect(take('c')).toBe(0);
  expect([take('a'), take('b')]).toEqual([1000, 0]);
});
