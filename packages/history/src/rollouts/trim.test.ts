import { expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { record, rollout } from '../../test/samples.ts';

const redis = useHistory();
const day = 24 * 3_600_000;
const begin = 1_795_000_000_000;

it('a new rollout removes the oldest past the retention count', async () => {
  const history = redis.open({ retention: { perWorkload: 3 } });
  for (let i = 0; i < 10; i++) await history.begin(rollout('a', `b${i}`));
  await history.begin(rollout('a', 'b', 'ns/deployment/other'));

  const { items } = await history.rollouts({});

  expect(items).toHaveLength(4);
  expect(await history.rollouts({ workload: 'myapp/deployment/myapp' })).toEqual({ items: items.slice(1) });
  expect(await redis.raw.hlen('{keelson}:h:rollouts')).toBe(4);
  expect(await redis.raw.xlen('{keelson}:h:index')).toBe(4);
});

it('trim removes old rollouts, but no active one', async () => {
  let now = begin;
  const history = redis.open({ now: () => now, retention: { maxAgeMs: 30 * day } });
  const ids: string[] = [];
  for (let i = 0; i < 40; i++) {
    now = begin + i * day;
    const { rollout: begun } = await beginNew(history, rollout(`v${i}`, `v${i + 1}`, `ns/deployment/w${i % 4}`));
    if (i !== 1) await history.transition(begun.id, { from: ['pending'], to: 'cancelled', code: 'x' });
    ids.push(begun.id);
    if (i === 1) await history.begin(rollout('under', 'way', 'ns/deployment/slow'));
  }

  // w1's first was superseded by its next one; the slow workload's is still under way.
  expect(await history.trim(now)).toBe(9);
  expect(await history.trim(now)).toBe(0);

  const left = (await history.rollouts({ limit: 500 })).items;
  expect(left.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids.slice(9).reverse());
  expect(await history.active()).toMatchObject([{ workload: 'ns/deployment/slow' }]);
  expect(await redis.raw.hlen('{keelson}:h:rollouts')).toBe(32);
  expect(await redis.raw.xlen('{keelson}:h:index')).toBe(32);
});

it('trim removes rollouts past a lowered retention count', async () => {
  const generous = redis.open();
  await generous.putWorkload(record('myapp/deployment/myapp'));
  for (let i = 0; i < 10; i++) await generous.begin(rollout('a', `b${i}`));
  const strict = redis.open({ retention: { perWorkload: 2 } });

  expect(await strict.trim(Date.now())).toBe(8);
  expect((await strict.rollouts({})).items).toHaveLength(2);
});

it('trim clears the latest rollout of a workload when it removes it', async () => {
  const history = redis.open({ now: () => begin, retention: { maxAgeMs: day } });
  await history.putWorkload(record('myapp/deployment/myapp'));
  const { rollout: begun } = await beginNew(history, rollout('a', 'b'));
  await history.transition(begun.id, { from: ['pending'], to: 'succeeded', code: 'x' });

  expect(await history.trim(begin + day)).toBe(0);
  expect(await history.trim(begin + day + 1)).toBe(1);

  expect((await history.workload('myapp/deployment/myapp'))?.latest).toBeUndefined();
  expect(await history.rollouts({ workload: 'myapp/deployment/myapp' })).toEqual({ items: [] });
  expect(await redis.raw.exists('{keelson}:h:in:myapp', '{keelson}:h:of:myapp/deployment/myapp')).toBe(0);
});
