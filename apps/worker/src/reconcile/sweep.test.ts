import { once } from 'node:events';
import type { History } from '@keelson/history';
import { imagePatch, rolloutVerify } from '@keelson/queue';
import { afterEach, expect, it } from 'vitest';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { digestOf } from '../testing/values.ts';
import { createSweep } from './sweep.ts';

const hour = 3_600_000;

let ns: TestNamespace;
let stop: () => Promise<void>;
useTestNamespace(async (opened) => {
  ns = opened;
  stop = async () => undefined;
  await ns.running('web');
});
afterEach(() => stop());

/** Starts a sweep; resolves after its first round. Counts its rounds, and the events that it has followed. */
async function sweeping(everyMs: number, over: Partial<History> = {}, producer = ns.deps.producer) {
  const ending = new AbortController();
  const { history } = ns.deps;
  let rounds = 0;
  let followedTo = '';
  const active = async () => {
    const all = await history.active();
    rounds += 1;
    return all;
  };
  // It reads on from an event only when it is done with that one.
  const events: typeof history.events = (after, options) => {
    followedTo = after;
    return history.events(after, options);
  };
  const ended = createSweep({ ...ns.deps, producer, history: { ...history, active, events, ...over } }, everyMs).run(
    ending.signal,
  );
  stop = async () => {
    ending.abort();
    await ended;
  };
  const swept = (count: number) => soon(() => expect(rounds).toBeGreaterThanOrEqual(count));
  await swept(over.active ? 0 : 1);
  return {
    swept,
    rounds: () => rounds,
    /** Waits until the sweep has followed every event so far. */
    followed: async () => {
      const newest = await history.lastEventId();
      await soon(() => expect(followedTo).toBe(newest));
    },
  };
}

const begin = () => ns.begin('web', digestOf('b'));

const written = (id: string) =>
  ns.deps.history.transition(id, { from: ['pending'], to: 'verifying', code: 'written', generation: 2 });

async function jobs() {
  const counts = await ns.queueCounts();
  return { patch: counts[imagePatch.name]?.waiting, verify: counts[rolloutVerify.name]?.waiting };
}

it('the sweep queues a job again that was lost between two steps (law 4)', async () => {
  await sweeping(25);
  const id = await begin();
  await soon(async () => expect(await jobs()).toEqual({ patch: 1, verify: 0 }));

  await written(id);
  await soon(async () => expect(await jobs()).toEqual({ patch: 1, verify: 1 }));
});

it('the sweep wakes no rollout that has ended', async () => {
  const id = await begin();
  await ns.deps.history.transition(id, { from: ['pending'], to: 'cancelled', code: 'x' });
  const { swept } = await sweeping(25);

  await swept(5);

  expect(await jobs()).toEqual({ patch: 0, verify: 0 });
});

const touch = { metadata: { annotations: { touched: String(Math.random()) } } };
const patchAt = (path: string) =>
  ns.http.request({ method: 'PATCH', path, body: touch, contentType: 'application/merge-patch+json' });

it.each([
  ['the workload', () => ns.patch('web', touch)],
  [
    'its newest ReplicaSet',
    () => {
      const { name } = ns.deps.view.podsOfNewestRevision(ns.workload('web'))[0] ?? { name: 'none' };
      return patchAt(`/apis/apps/v1/namespaces/${ns.namespace}/replicasets/${name.replace(/-[^-]+$/, '')}`);
    },
  ],
  [
    'one of its pods',
    () => {
      const { name } = ns.deps.view.pods(ns.workload('web'))[0] ?? { name: 'none' };
      return patchAt(`/api/v1/namespaces/${ns.namespace}/pods/${name}`);
    },
  ],
])('the sweep wakes a rollout at once when %s changes', async (_, change) => {
  const { followed } = await sweeping(hour);
  await written(await begin());
  await followed();
  expect(await jobs()).toEqual({ patch: 0, verify: 0 });

  await soon(async () => {
    await change();
    expect(await jobs()).toEqual({ patch: 0, verify: 1 });
  });
});

it('the sweep wakes an unproven rollout at once though it could not be read at first (law 14)', async () => {
  const id = await begin();
  await written(id);
  const { history } = ns.deps;
  let failures = 0;
  const rollout: History['rollout'] = async (wanted) => {
    if (failures > 0) return history.rollout(wanted);
    failures += 1;
    throw new Error('Redis does not answer.');
  };
  // After its first round the sweep knows of no rollout under way.
  const active = async () => [];
  const { followed } = await sweeping(hour, { rollout, active });
  await followed();
  await history.transition(id, { from: ['verifying'], to: 'unproven', code: 'partitioned' });
  await followed();
  expect(failures).toBe(1);

  await soon(async () => {
    await ns.patch('web', touch);
    expect((await jobs()).verify).toBe(1);
  });
});

it('the sweep wakes a rollout that became unproven though the event of that does not come (law 14)', async () => {
  const id = await begin();
  await written(id);
  const { history, producer } = ns.deps;
  const events: History['events'] = async (_, { signal } = {}) => {
    if (signal) await once(signal, 'abort');
    return [];
  };
  let woken = 0;
  const add: typeof producer.add = async (...job) => {
    woken += 1;
    return producer.add(...job);
  };
  const { swept, rounds } = await sweeping(25, { events }, { ...producer, add });
  await history.transition(id, { from: ['verifying'], to: 'unproven', code: 'partitioned' });
  await swept(rounds() + 3);
  const before = woken;

  await soon(async () => {
    await ns.patch('web', touch);
    expect(woken).toBeGreaterThan(before);
  });
});

it('the sweep wakes no rollout when another workload changes', async () => {
  ns.deploy('other', { images: { app: ns.image('latest') } });
  await ns.settled('other');
  const { followed } = await sweeping(hour);
  await written(await begin());
  await followed();

  await ns.patch('other', { spec: { replicas: 2 } });
  await ns.settled('other');

  expect(await jobs()).toEqual({ patch: 0, verify: 0 });
});

it('the sweep wakes no rollout when a pod of another workload changes that has its labels (law 17)', async () => {
  ns.deploy('other', { images: { app: ns.image('latest') } });
  await ns.settled('other');
  const { followed } = await sweeping(hour);
  await written(await begin());
  await followed();
  const { uid } = ns.workload('other');
  const controller = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'other', uid, controller: true };
  const seen = new Promise<void>((resolve) => {
    const forget = ns.deps.view.onChange(({ type, ...change }) => {
      if (type === 'pod' && JSON.stringify(change).includes('other')) resolve(forget());
    });
  });

  await ns.http.request({
    method: 'POST',
    path: `/api/v1/namespaces/${ns.namespace}/pods`,
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'other-pod', labels: { app: 'web', of: 'other' }, ownerReferences: [controller] },
      spec: { containers: [{ name: 'app', image: ns.image('latest') }] },
    },
  });
  await seen;

  expect(await jobs()).toEqual({ patch: 0, verify: 0 });
});

it('the sweep goes on after Redis was down', async () => {
  await sweeping(25);
  await ns.env.redis.kill9();
  // Whatever notices it first says it, once for all.
  await soon(() => expect(ns.lines.join('')).toContain('Redis cannot be reached'));
  await ns.env.redis.restart();
  await soon(() => begin());

  await soon(async () => expect((await jobs()).patch).toBe(1));
});
