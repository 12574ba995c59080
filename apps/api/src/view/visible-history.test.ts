import type { History } from '@keelson/history';
import { HistoryError } from '@keelson/history';
import { expect, it } from 'vitest';
import type { VisibleHistory } from './visible-history.ts';
import { visibleHistory } from './visible-history.ts';

const victim = 'victim/deployment/web';
const own = 'mine/deployment/web';
const stop = { message: 'Of 12 namespaces.', at: 1 };
const rollout = { id: 'r', workload: victim };
const calls: string[] = [];
const change = (name: string) => async () => void calls.push(name);
const history = {
  begin: change('begin'),
  hold: change('hold'),
  release: change('release'),
  resume: change('resume'),
  stopFor: async () => stop,
  workloadIds: async () => [victim, own],
  rolloutsById: async () => new Map([['r', rollout]]),
  rollout: () => Promise.reject(new HistoryError('corrupt', { code: 'corrupt' })),
  workload: async () => ({ check: { code: 'stopped', message: stop.message } }),
} as unknown as History;
const view = visibleHistory(history, { name: 'mine', may: new Set(['act']), namespaces: new Set(['mine']) });

it.each<[string, (view: VisibleHistory) => Promise<unknown>]>([
  ['begin', ({ begin }) => begin(rollout as unknown as Parameters<History['begin']>[0])],
  ['hold', ({ hold }) => hold(victim, {} as Parameters<History['hold']>[1])],
  ['release', ({ release }) => release(victim, 'sha256:a')],
  ['resume', ({ resume }) => resume(victim)],
])(
  'a bound token changes nothing of another namespace by %s, though a route forgot to look (law 17)',
  async (_, act) => {
    await expect(act(view)).rejects.toMatchObject({ code: 'forbidden' });
    expect(calls).toEqual([]);
  },
);

it('a bound token is shown nothing of another namespace, whatever a route reads (law 17)', async () => {
  expect(await view.stopFor(victim)).toBeUndefined();
  expect(JSON.stringify([await view.stopFor(own), await view.workload(own)])).not.toContain(stop.message);
  expect(await view.workloadIds()).toEqual([own]);
  expect((await view.rolloutsById(['r'])).size).toBe(0);
  expect(await view.rollout('r')).toBeUndefined();
});
