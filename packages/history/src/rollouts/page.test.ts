import { beforeEach, expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { begin, fillPages, readPages } from '../../test/pages.ts';
import { record, rollout } from '../../test/samples.ts';
import type { History, RolloutQuery } from '../types.ts';

const redis = useHistory();
let now = begin;
let history: History;

beforeEach(() => {
  now = begin;
  history = redis.open({ now: () => now });
});

async function fill(count: number): Promise<string[]> {
  now += count * 1_000;
  return fillPages(redis, count);
}
const readAll = (query: RolloutQuery, between?: () => Promise<unknown>) => readPages(history, query, between);

it('an empty history has an empty page', async () => {
  expect(await history.rollouts({})).toEqual({ items: [] });
  expect(await history.rollouts({ workload: 'ns/deployment/none' })).toEqual({ items: [] });
});

it('a full last page has no cursor', async () => {
  await fill(10);
  const first = await history.rollouts({ limit: 5 });
  const second = await history.rollouts({ limit: 5, cursor: first.next ?? '' });
  expect(second.items).toHaveLength(5);
  expect(second.next).toBeUndefined();
});

it.each([[{}], [{ namespaces: ['ns'] }]])(
  'pages of %j skip and repeat no rollout while new ones begin',
  async (query) => {
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
  },
);

it('a page of one namespace, or of some, never has rollouts of another (law 17)', async () => {
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
      expect(await readAll({ namespaces: [namespace], limit }), `${namespace} by ${limit}`).toEqual(
        expected.get(namespace),
      );
  }
  expect([...expected.values()].every((ids) => ids.length > 100)).toBe(true);
  const ofTwo = ['a', 'a0'].flatMap((namespace) => expected.get(namespace) ?? []);
  for (const limit of [1, 50, 500]) {
    const pages = await readAll({ namespaces: ['a', 'a0', 'a', 'nowhere'], limit });
    expect(pages, `two by ${limit}`).toEqual(ofTwo.toSorted().toReversed());
  }
  expect(await readAll({ namespaces: [] })).toEqual([]);
});

it.each([[{}], [{ namespaces: ['rare'] }], [{ workload: 'rare/deployment/w' }]])(
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

  expect(await readAll({ namespaces: ['ns'] })).toEqual(ids.toReversed());
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

  const first = await history.rollouts({ namespaces: ['ns'], limit: 10 });

  expect(first.items).toEqual([]);
  expect(await readAll({ namespaces: ['ns'], limit: 10 })).toEqual([failed]);
});

it('history reads rollouts by their ids, and leaves out those that are gone', async () => {
  const [first = '', second = ''] = await fill(2);

  const read = await history.rolloutsById([second, 'a00000000', first]);

  expect([...read]).toEqual([
    [second, await history.rollout(second)],
    [first, await history.rollout(first)],
  ]);
});

it('a page lists a rollout that does not parse apart, and reports it', async () => {
  const ids = await fill(5);
  const reported: string[] = [];
  const other = redis.open({ onCorrupt: (error) => reported.push(error.message) });
  await redis.raw.hset('{keelson}:h:rollouts', ids[2] ?? '', '1snonsense');

  const page = await other.rollouts({});

  expect(page.items.map(({ id }) => id)).toEqual([ids[4], ids[3], ids[1], ids[0]]);
  expect(page.unreadable).toEqual([{ id: ids[2], message: expect.stringContaining(ids[2] ?? 'none') }]);
  expect(reported).toEqual([expect.stringContaining(ids[2] ?? 'none')]);
  await expect(other.rollout(ids[2] ?? '')).rejects.toMatchObject({ code: 'corrupt' });
});

it.each(['', 'x', '0-0', '000000000', "'; --"])('history refuses the cursor %j', async (cursor) => {
  await expect(history.rollouts({ cursor })).rejects.toMatchObject({ code: 'invalid', retryable: false });
});
