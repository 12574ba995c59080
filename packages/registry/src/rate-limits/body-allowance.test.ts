import { setImmediate } from 'node:timers/promises';
import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import { BodyAllowance } from './body-allowance.ts';

it('a namespace that had many bytes read waits until its allowance is back, and no other one does (law 17)', async () => {
  const clock = { now: 0 };
  const allowance = new BodyAllowance(() => clock.now);
  const next = async (share: string) => {
    const giveUp = new AbortController();
    const ready = allowance.ready(share, 1, giveUp.signal).then(() => 'now');
    const first = await Promise.race([ready, setImmediate('later')]);
    giveUp.abort();
    await ready.catch(() => undefined);
    return first;
  };

  expect(await next('tenant')).toBe('now');
  allowance.spend('tenant', bounds.namespaceBodyBytes + 60 * bounds.namespaceBodyBytesPerSecond);
  expect(await next('tenant')).toBe('later');
  expect(await next('victim')).toBe('now');
  clock.now = 59_000;
  expect(await next('tenant')).toBe('later');
  clock.now = 61_000;
  expect(await next('tenant')).toBe('now');
});
