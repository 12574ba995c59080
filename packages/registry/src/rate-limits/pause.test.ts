import { expect, it } from 'vitest';
import type { Outcome } from './pause.ts';
import { Pause } from './pause.ts';

const failure: Outcome = { type: 'failed' };
const answered: Outcome = { type: 'answered' };

function fail(pause: Pause, now: number, outcome: Outcome = failure): number {
  pause.end(pause.begin(now), outcome, now);
  return (pause.retryAt(now) ?? now) - now;
}

it('a pause doubles from a second to a minute', () => {
  const pause = new Pause(() => 0);
  let now = 0;

  const waits = Array.from({ length: 8 }, () => {
    const wait = fail(pause, now);
    now += wait;
    return wait;
  });

  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});

it('jitter shortens a pause by up to half', () => {
  expect(fail(new Pause(() => 0.5), 0)).toBe(750);
  expect(fail(new Pause(() => 1), 0)).toBe(500);
});

it('a pause lasts as long as the host demands, and no less than the backoff', () => {
  expect(fail(new Pause(() => 0), 0, { type: 'failed', retryAfterMs: 7_000 })).toBe(7_000);
  expect(fail(new Pause(() => 0), 0, { type: 'failed', retryAfterMs: 0 })).toBe(1_000);
});

it('one probe goes first after a pause, and all others once it is answered', () => {
  const pause = new Pause(() => 0);
  fail(pause, 0);

  const probe = pause.begin(1_000);
  const meanwhile = pause.retryAt(1_000);
  pause.end(probe, answered, 1_500);

  expect(meanwhile).toBeGreaterThan(1_000);
  expect(pause.retryAt(1_500)).toBeUndefined();
  expect(fail(pause, 2_000)).toBe(1_000);
});

it('another probe goes when the first one has no answer within a second', () => {
  const pause = new Pause(() => 0);
  fail(pause, 0);
  const hanging = pause.begin(1_000);

  const waits = pause.retryAt(1_999);
  const second = pause.begin(2_000);
  pause.end(second, answered, 2_100);
  pause.end(hanging, failure, 6_000);

  expect(waits).toBe(2_000);
  expect(pause.retryAt(6_000)).toBeUndefined();
});

it('another probe goes first when the caller of the first aborted', () => {
  const pause = new Pause(() => 0);
  fail(pause, 0);

  pause.end(pause.begin(1_100), { type: 'unknown' }, 1_100);

  expect(pause.retryAt(1_100)).toBeUndefined();
});

it('the failures of one outage count once', () => {
  const pause = new Pause(() => 0);
  const tickets = Array.from({ length: 16 }, () => pause.begin(0));

  const news = tickets.map((ticket) => pause.end(ticket, failure, 0));

  expect(news.filter(Boolean)).toHaveLength(1);
  expect(pause.retryAt(0)).toBe(1_000);
});

it('a late failure of an earlier outage does not count', () => {
  const pause = new Pause(() => 0);
  const [late, failing] = [pause.begin(0), pause.begin(0)];
  pause.end(failing, failure, 0);
  pause.end(pause.begin(1_000), answered, 1_000);

  pause.end(late, failure, 1_100);

  expect(pause.retryAt(1_100)).toBeUndefined();
});
