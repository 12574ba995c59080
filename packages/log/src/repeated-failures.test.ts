import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger } from './create-logger.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function capture() {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', name: 'worker', destination: { write: (line) => lines.push(line) } });
  return { log, parsed: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

class HistoryError extends Error {
  override readonly name = 'HistoryError';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

it('a failure that repeats is logged once a minute, with how many there were more (law 17)', () => {
  const { log, parsed } = capture();

  for (let i = 0; i < 10_000; i++) log.warn({ err: new Error('no'), input: { workload: 'a/deployment/b' } }, 'failed');
  expect(parsed()).toHaveLength(1);
  expect(parsed()[0]).not.toHaveProperty('more');
  vi.advanceTimersByTime(60_000);
  log.warn({ err: new Error('no'), input: { workload: 'a/deployment/c' } }, 'failed');
  vi.advanceTimersByTime(180_000);

  expect(parsed().map(({ more }) => more)).toEqual([undefined, 9_999, 1]);
});

it('a Redis that is full is one failure, whatever fails for it and in whichever namespace (law 17)', () => {
  const { log, parsed } = capture();

  for (let i = 0; i < 100; i++) log.warn({ err: new HistoryError('full'), workload: `n${i}/deployment/b` }, `no ${i}`);
  vi.advanceTimersByTime(60_000);

  expect(parsed()).toMatchObject([{ msg: 'no 0' }, { msg: 'no 99', more: 99 }]);
});

it('the failures of one namespace do not hide those of another (law 17)', () => {
  const { log, parsed } = capture();

  for (const workload of ['mallory/deployment/a', 'mallory/deployment/b', 'victim/deployment/web']) {
    log.warn({ err: new Error('no'), function: 'registry-poll', input: { workload } }, 'a function failed');
    log.warn({ err: new Error('no'), schedule: workload }, 'a tick failed');
  }

  expect(parsed()).toMatchObject([
    { input: { workload: 'mallory/deployment/a' } },
    { schedule: 'mallory/deployment/a' },
    { input: { workload: 'victim/deployment/web' } },
    { schedule: 'victim/deployment/web' },
  ]);
});

it('lines without an error, and each record that cannot be read, are all logged', () => {
  const { log, parsed } = capture();

  for (let i = 0; i < 3; i++) {
    log.info({ i }, 'shutting down');
    log.error({ err: new HistoryError('corrupt') }, 'a record cannot be read');
  }

  expect(parsed()).toHaveLength(6);
});

it('kinds without end do not fill the memory (law 17)', () => {
  const { log, parsed } = capture();

  for (let i = 0; i < 5_000; i++) log.warn({ err: new Error('no'), workload: `n${i}/deployment/b` }, 'failed');
  expect(parsed().length).toBeLessThan(1_100);
  expect(vi.getTimerCount()).toBeLessThan(1_100);
});
