import { expect, it } from 'vitest';
import { offsetFor } from './offset-for.ts';

it('offsetFor gives the same offset for the same text, within the interval', () => {
  for (const ms of [1, 2, 1_000, 60_000, 86_400_000]) {
    for (let i = 0; i < 200; i++) {
      const offset = offsetFor(`image-${i}`, ms);
      expect(offset).toBe(offsetFor(`image-${i}`, ms));
      expect(offset).toBeGreaterThanOrEqual(1);
      expect(offset).toBeLessThanOrEqual(ms);
    }
  }
});

it('offsetFor spreads different images over the interval', () => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i++) {
    const tenth = Math.min(9, Math.floor(offsetFor(`registry.example/app-${i}:latest`, 60_000) / 6_000));
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
