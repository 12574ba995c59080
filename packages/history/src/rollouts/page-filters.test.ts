import { beforeAll, expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { begin, fillPages, readPages } from '../../test/pages.ts';
import type { History, RolloutQuery } from '../types.ts';

const redis = useHistory({ emptied: 'at the end' });
let history: History;
let ids: string[];

beforeAll(async () => {
  ids = await fillPages(redis, 40);
  history = redis.open();
});

const of = (test: (i: number) => boolean) => (ids: string[]) => ids.filter((_, i) => test(i)).reverse();
const cases: [string, RolloutQuery, (ids: string[]) => string[]][] = [
  ['nothing', {}, of(() => true)],
  ['a workload', { workload: 'ns/deployment/w1' }, of((i) => i % 3 === 1)],
  ['a namespace', { namespaces: ['ns'] }, of(() => true)],
  ["a namespace's namesake", { namespaces: ['n'] }, of(() => false)],
  ['a namespace and a state', { namespaces: ['ns'], state: 'failed' }, of((i) => i % 5 === 0)],
  ['a workload and its namespace', { namespaces: ['ns'], workload: 'ns/deployment/w1' }, of((i) => i % 3 === 1)],
  ['a workload and another namespace', { namespaces: ['other'], workload: 'ns/deployment/w1' }, of(() => false)],
  [
    'a namespace and a time',
    { namespaces: ['ns'], since: begin + 10_000, until: begin + 20_000 },
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
  for (const limit of [{ limit: 7 }, { limit: 1 }, {}])
    expect(await readPages(history, { ...query, ...limit })).toEqual(expected(ids));
});
