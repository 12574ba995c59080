import { imagePatch, rolloutVerify } from '@keelson/queue';
import { afterEach, expect, it } from 'vitest';
import type { Corner } from '../testing/corner.ts';
import { inCorners } from '../testing/in-corners.ts';
import { quiet, soon } from '../testing/place.ts';
import { digestOf } from '../testing/values.ts';
import { createSweep } from './sweep.ts';

const HOUR = 3_600_000;

let corner: Corner;
let stop: () => Promise<void>;
inCorners(async (opened) => {
  corner = opened;
  stop = async () => undefined;
  await corner.running('web');
});
afterEach(() => stop());

/** Runs a sweep; resolves when it has gone over everything once. */
async function sweeping(everyMs: number): Promise<void> {
  const ending = new AbortController();
  const { history } = corner.deps;
  const swept = Promise.withResolvers<void>();
  const active = async () => {
    const all = await history.active();
    swept.resolve();
    return all;
  };
  const ended = createSweep({ ...corner.deps, history: { ...history, active } }, everyMs).run(ending.signal);
  stop = async () => {
    ending.abort();
    await ended;
  };
  await swept.promise;
}

const begin = () => corner.begin('web', digestOf('b'));

const written = (id: string) =>
  corner.deps.history.transition(id, { from: ['pending'], to: 'verifying', code: 'written', generation: 2 });

async function jobs() {
  const counts = await corner.deps.producer.queueCounts();
  return { patch: counts[imagePatch.name]?.waiting, verify: counts[rolloutVerify.name]?.waiting };
}

it('makes a job again that was lost between two steps (law 4)', async () => {
  await sweeping(25);
  const id = await begin();
  await soon(async () => expect(await jobs()).toEqual({ patch: 1, verify: 0 }));

  await written(id);
  await soon(async () => expect(await jobs()).toEqual({ patch: 1, verify: 1 }));
});

it('leaves alone what is at its end', async () => {
  const id = await begin();
  await corner.deps.history.transition(id, { from: ['pending'], to: 'cancelled', code: 'x' });
  await sweeping(25);

  await quiet(200);

  expect(await jobs()).toEqual({ patch: 0, verify: 0 });
});

const touch = { metadata: { annotations: { touched: String(Math.random()) } } };
const patchAt = (path: string) =>
  corner.http.request({ method: 'PATCH', path, body: touch, contentType: 'application/merge-patch+json' });

it.each([
  ['the workload', () => corner.patch('web', touch)],
  [
    'its newest ReplicaSet',
    () => {
      const { name } = corner.deps.view.newestReplicaSet(corner.workload('web')) ?? { name: 'none' };
      return patchAt(`/apis/apps/v1/namespaces/${corner.namespace}/replicasets/${name}`);
    },
  ],
  [
    'one of its pods',
    () => {
      const { name } = corner.deps.view.pods(corner.workload('web'))[0] ?? { name: 'none' };
      return patchAt(`/api/v1/namespaces/${corner.namespace}/pods/${name}`);
    },
  ],
])('asks for a verdict at once when %s changes, without waiting for the next round', async (_, change) => {
  await sweeping(HOUR);
  await written(await begin());
  await quiet(100);
  expect(await jobs()).toEqual({ patch: 0, verify: 0 });

  await soon(async () => {
    await change();
    expect(await jobs()).toEqual({ patch: 0, verify: 1 });
  });
});

it('asks for nothing when another workload changes', async () => {
  corner.deploy('other', { images: { app: corner.image('latest') } });
  await corner.settled('other');
  await sweeping(HOUR);
  await written(await begin());
  await quiet(100);

  await corner.patch('other', { spec: { replicas: 2 } });
  await corner.settled('other');

  expect(await jobs()).toEqual({ patch: 0, verify: 0 });
});

it('goes on after Redis was away', async () => {
  await sweeping(25);
  await corner.place.redis.kill9();
  await soon(() => expect(corner.lines.join('')).toContain('the sweep over running rollouts failed'));
  await corner.place.redis.restart();
  await soon(() => begin());

  await soon(async () => expect((await jobs()).patch).toBe(1));
});
