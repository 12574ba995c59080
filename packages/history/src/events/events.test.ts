import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { record, rollout } from '../../test/samples.ts';
import type { CheckRecord } from '../workloads/types.ts';

const redis = useHistory();
const id = 'myapp/deployment/myapp';
const check = (code: string): CheckRecord => ({ at: 1, code, message: `It is ${code}.`, observed: [] });

it('the event stream has every change once and in order', async () => {
  const history = redis.open();
  expect(await history.lastEventId()).toBe('0-0');
  await history.putWorkload(record(id));
  await history.putWorkload(record(id));
  await history.putWorkload(record(id, { schedule: 'every 5m' }));
  await history.putCheck(id, check('up-to-date'));
  await history.putCheck(id, { ...check('up-to-date'), at: 2 });
  await history.putCheck(id, check('new-digest'));
  const { rollout: first } = await beginNew(history, rollout('a', 'b'));
  await history.begin(rollout('a', 'b'));
  await history.transition(first.id, { from: ['pending'], to: 'verifying', code: 'patched', message: 'Written.' });
  await history.transition(first.id, { from: ['pending'], to: 'verifying', code: 'patched' });
  const { rollout: second } = await beginNew(history, rollout('b', 'c'));
  await history.removeWorkload(id);
  await history.removeWorkload(id);

  const events = await history.events('0-0');

  expect(events.map(({ type, name, rollout, message }) => [type, name, rollout, message])).toEqual([
    ['workload', 'added', undefined, undefined],
    ['workload', 'changed', undefined, undefined],
    ['check', 'up-to-date', undefined, 'It is up-to-date.'],
    ['check', 'new-digest', undefined, 'It is new-digest.'],
    ['rollout', 'pending', first.id, first.message],
    ['rollout', 'verifying', first.id, 'Written.'],
    ['rollout', 'superseded', first.id, undefined],
    ['rollout', 'pending', second.id, second.message],
    ['workload', 'removed', undefined, undefined],
  ]);
  expect(new Set(events.map(({ workload }) => workload))).toEqual(new Set([id]));
  expect(await history.lastEventId()).toBe(events.at(-1)?.id);
  expect(await history.events(events[6]?.id ?? '')).toEqual(events.slice(7));
  expect(await history.events('0-0', { limit: 2 })).toEqual(events.slice(0, 2));
});

it('every waiting reader gets the next event', async () => {
  const [history, other] = [redis.open(), redis.open()];
  await history.putWorkload(record(id));
  const after = await history.lastEventId();
  const waiting = Array.from({ length: 20 }, () => history.events(after, { blockMs: 20_000 }));

  await other.putCheck(id, check('new-digest'));

  for (const events of await Promise.all(waiting)) expect(events).toMatchObject([{ name: 'new-digest' }]);
});

it('a reader that waits again and again misses no event', async () => {
  const [history, other] = [redis.open(), redis.open()];
  await history.putWorkload(record(id));
  let after = await history.lastEventId();
  const seen: string[] = [];
  const writing = (async () => {
    for (let i = 0; i < 100; i++) await other.putCheck(id, check(`code-${i}`));
  })();
  while (seen.length < 100) {
    const events = await history.events(after, { blockMs: 10_000 });
    expect(events).not.toEqual([]);
    seen.push(...events.map(({ name }) => name));
    after = events.at(-1)?.id ?? after;
  }
  await writing;
  expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => `code-${i}`));
});

it('a wait for events ends empty after blockMs, at an abort, and at the close', async () => {
  const history = redis.open();
  expect(await history.events('0-0', { blockMs: 30 })).toEqual([]);
  expect(await history.events('0-0', { blockMs: 30_000, signal: AbortSignal.abort() })).toEqual([]);

  const controller = new AbortController();
  const aborted = history.events('0-0', { blockMs: 30_000, signal: controller.signal });
  const other = redis.open();
  controller.abort();
  expect(await aborted).toEqual([]);

  // The wait of one that was aborted takes nothing from the others.
  const still = history.events('0-0', { blockMs: 30_000 });
  await other.putWorkload(record(id));
  expect(await still).toHaveLength(1);
});

it('the event stream keeps about ten thousand events', async () => {
  const history = redis.open();
  await history.putWorkload(record(id));
  // What was written before it; each event that Keelson writes removes what is too much.
  const before = redis.raw.pipeline();
  for (let i = 0; i < 1.2 * bounds.events; i++) before.xadd('{keelson}:h:events', '*', 'type', 'check', 'workload', id);
  await before.exec();
  expect(await redis.raw.xlen('{keelson}:h:events')).toBeGreaterThan(1.2 * bounds.events);

  await history.putCheck(id, check('c'));

  const kept = await redis.raw.xlen('{keelson}:h:events');
  expect(kept).toBeGreaterThanOrEqual(bounds.events);
  expect(kept).toBeLessThan(1.05 * bounds.events);
});

it.each(['', 'x', '1-1-1', '$', '-'])('history refuses %j as the id of an event', async (after) => {
  await expect(redis.open().events(after)).rejects.toMatchObject({ code: 'invalid' });
});
