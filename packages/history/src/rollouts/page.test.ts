import { beforeEach, describe, expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { record, rollout } from '../../test/samples.ts';
import type { History, RolloutQuery } from '../types.ts';

const redis = useHistory();
const begin = 1_795_000_000_000;
let now = begin;
let history: History;

beforeEach(() => {
  now = begin;
  history = redis.open({ now: () => now });
});

/** `count` rollouts, a second apart, over three workloads; every fifth fails, the others succeed. */
async function fill(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    now = begin + i * 1_000;
    const { rollout: begun } = await beginNew(history, rollout(`v${i}`, `v${i + 1}`, `ns/deployment/w${i % 3}`));
    await history.transition(begun.id, { from: ['pending'], to: i % 5 === 0 ? 'failed' : 'succeeded', code: 'x' });
    ids.push(begun.id);
  }
  return ids;
}

async function readAll(
  query: RolloutQuery,
  between: () => Promise<unknown> = async () => undefined,
): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await history.rollouts({ ...query, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.items.map(({ id }) => id));
    if (page.next === undefined) return ids;
    cursor = page.next;
    await between();
  }
}

it('an empty history has an empty page', async () => {
  expect(await history.rollouts({})).toEqual({ items: [] });
  expect(await history.rollouts({ workload: 'ns/deployment/none' })).toEqual({ items: [] });
});

describe('filters', () => {
  const of = (test: (i: number) => boolean) => (ids: string[]) => ids.filter((_, i) => test(i)).reverse();
  const cases: [string, RolloutQuery, (ids: string[]) => string[]][] = [
    ['nothing', {}, of(() => true)],
    ['a workload', { workload: 'ns/deployment/w1' }, of((i) => i % 3 === 1)],
    ['a namespace', { namespace: 'ns' }, of(() => true)],
    ["a namespace's namesake", { namespace: 'n' }, of(() => false)],
    ['a namespace and a state', { namespace: 'ns', state: 'failed' }, of((i) => i % 5 === 0)],
    ['a workload and its namespace', { namespace: 'ns', workload: 'ns/deployment/w1' }, of((i) => i % 3 === 1)],
    ['a workload and another namespace', { namespace: 'other', workload: 'ns/deployment/w1' }, of(() => false)],
    [
      'a namespace and a time',
      { namespace: 'ns', since: begin + 10_000, until: begin + 20_000 },
      of((i) => i >= 10 && i <= 20),
    ],
    ['a state', { state: 'failed' }, of((i) => i % 5 === 0)],
    ['a state without rollouts', { state: 'pending' }, of(() => false)],
    ['a workload and a state', { workload: 'ns/deployment/w0', state: 'failed' }, of((i) => i % 15 === 0)],
    ['since, inclusive', { since: begin + 20_000 }, of((i) => i >= 20)],
    ['until, inclusive', { until: begin + 20_000 }, of((i) => i <= 20)],
    ['since and until', { since: begin + 10_000, until: begin + 10_999 }, of((i) => i === 10)],
    [
      'all of them',
      { workload: 'ns/deployment/w0', state: 'failed', since: begin + 1, until: begin + 30_000 },
      of((i) => i === 15 || i === 30),
    ],
  ];
  it.each(cases)('a page of rollouts filters by %s', async (_, query, expected) => {
    const ids = await fill(40);
    expect(await readAll({ ...query, limit: 7 })).toEqual(expected(ids));
    expect(await readAll({ ...query, limit: 1 })).toEqual(expected(ids));
    expect(await readAll(query)).toEqual(expected(ids));
  });
});

it('a full last page has no cursor', async () => {
  await fill(10);
  const first = await history.rollouts({ limit: 5 });
  const second = await history.rollouts({ limit: 5, cursor: first.next ?? '' });
  expect(second.items).toHaveLength(5);
  expect(second.next).toBeUndefined();
});

it.each([[{}], [{ namespace: 'ns' }]])('pages of %j skip and repeat no rollout while new ones begin', async (query) => {
  const ids = await fill(60);
  let extra = 0;
  const arriving = async (): Promise<void> => {
    now += 1;
    extra += 1;
    const { rollout: begun } = await beginNew(history, rollout('x', `extra${extra}`, `ns/deployment/w${extra % 3}`));
    await history.transition(begun.id, { from: ['pending'], to: 'succeeded', code: 'x' });
  };
  expect(await readAll({ ...query, limit: 4 }, arriving)).toEqual(ids.toReversed());
  expect(extra).toBeGreaterThan(10);
});

it('a page of one namespace never has rollouts of another', async () => {
  const namespaces = ['a', 'a-b', 'a0', 'aa'];
  const expected = new Map<string, string[]>(namespaces.map((namespace) => [namespace, []]));
  for (let i = 0; i < 500; i++) {
    // A few workloads that come again and again, and more than a hundred that come once.
    const namespace = namespaces[(i + (i >> 3)) % namespaces.length] ?? '';
    const name = i % 8 === 0 ? `often${(i >> 4) % 3}` : `once${i}`;
    now = begin + i;
    const { rollout: begun } = await beginNew(
      history,
      rollout(`v${i}`, `v${i + 1}`, `${namespace}/deployment/${name}`),
    );
    expected.get(namespace)?.unshift(begun.id);
  }
  for (const namespace of namespaces) {
    for (const limit of [1, 3, 50, 500])
      expect(await readAll({ namespace, limit }), `${namespace} by ${limit}`).toEqual(expected.get(namespace));
  }
  expect([...expected.values()].every((ids) => ids.length > 100)).toBe(true);
});

it.each([[{}], [{ namespace: 'rare' }], [{ workload: 'rare/deployment/w' }]])(
  'every page of %j but the last one is full',
  async (query) => {
    for (let i = 0; i < 30; i++) {
      await beginNew(history, rollout('a', `b${i}`, 'rare/deployment/w'));
      for (let n = 0; n < 3; n++) await beginNew(history, rollout('a', `b${i}`, `many/deployment/w${n}`));
    }

    const page = await history.rollouts({ ...query, limit: 29 });

    expect(page.items).toHaveLength(29);
    expect(page.next).toBeDefined();
  },
);

it('pages have the rollouts of a removed workload, also by namespace', async () => {
  await history.putWorkload(record('ns/deployment/w0'));
  const ids = await fill(3);
  await history.removeWorkload('ns/deployment/w0');

  expect(await readAll({ namespace: 'ns' })).toEqual(ids.toReversed());
});

it('ids of rollouts increase even when the clock stops or goes back', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 50; i++) {
    if (i === 25) now -= 60_000;
    ids.push((await beginNew(history, rollout('a', `b${i}`))).rollout.id);
  }
  expect(ids.toSorted()).toEqual(ids);
  expect(await readAll({ limit: 8 })).toEqual(ids.toReversed());
});

it('a page ends after reading many rollouts, and its cursor continues there', async () => {
  await fill(1);
  // The index alone may be long: ids without a rollout are what a damaged Redis leaves.
  const pipeline = redis.raw.pipeline();
  for (let i = 1; i <= 5_000; i++) pipeline.xadd('{keelson}:h:index', `${(begin + 1_000) * 16 + i}-0`, '', '');
  await pipeline.exec();

  const first = await history.rollouts({ state: 'failed', limit: 10 });

  expect(first.items).toEqual([]);
  expect(first.next).toBeDefined();
  expect(await readAll({ state: 'failed', limit: 10 })).toHaveLength(1);
});

it('a page of a namespace ends after reading many rollouts too', async () => {
  const [failed = ''] = await fill(1);
  const pipeline = redis.raw.pipeline();
  for (let i = 0; i < 3_000; i++) pipeline.zadd('{keelson}:h:of:ns/deployment/w0', 0, `zzzz${String(10_000 + i)}`);
  await pipeline.exec();

  const first = await history.rollouts({ namespace: 'ns', limit: 10 });

  expect(first.items).toEqual([]);
  expect(await readAll({ namespace: 'ns', limit: 10 })).toEqual([failed]);
});

it('a page leaves out a rollout that does not parse, and reports it', async () => {
  const ids = await fill(5);
  const reported: string[] = [];
  const other = redis.open({ onCorrupt: (error) => reported.push(error.message) });
  await redis.raw.hset('{keelson}:h:rollouts', ids[2] ?? '', '1snonsense');

  const page = await other.rollouts({});

  expect(page.items.map(({ id }) => id)).toEqual([ids[4], ids[3], ids[1], ids[0]]);
  expect(reported).toEqual([expect.stringContaining(ids[2] ?? 'none')]);
  await expect(other.rollout(ids[2] ?? '')).rejects.toMatchObject({ code: 'corrupt' });
});

it.each(['', 'x', '0-0', "'; --"])('history refuses the cursor %j', async (cursor) => {
  await expect(history.rollouts({ cursor })).rejects.toMatchObject({ code: 'invalid', retryable: false });
});
