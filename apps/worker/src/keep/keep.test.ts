import { afterEach, expect, it } from 'vitest';
import type { Corner } from '../testing/corner.ts';
import { inCorners } from '../testing/in-corners.ts';
import { soon } from '../testing/place.ts';
import { digestOf } from '../testing/values.ts';
import { keep } from './keep.ts';

let corner: Corner;
let stop: () => Promise<void>;
inCorners((opened) => {
  corner = opened;
  stop = async () => undefined;
});
afterEach(() => stop());

function keeping() {
  const ending = new AbortController();
  const ended = keep(corner.deps, corner.schedules, ending.signal);
  stop = async () => {
    ending.abort();
    await ended;
  };
}

const deploy = (name: string) => corner.deploy(name, { images: { app: corner.image('latest') } });
const expectKept = (...names: readonly string[]) =>
  soon(async () => {
    const ids = names.map(corner.id);
    expect([...(await corner.deps.history.workloadIds())].sort()).toEqual(ids);
    expect([...(await corner.schedules.list()).keys()].sort()).toEqual(ids);
  });

it('follows what comes, changes and goes', async () => {
  deploy('first');
  keeping();
  await expectKept('first');

  deploy('second');
  await expectKept('first', 'second');
  await corner.patch('first', { metadata: { annotations: { 'keel.sh/poll-schedule': '@every 7m' } } });
  await soon(async () => expect((await corner.state('first')).record.schedule).toBe('every 7m'));

  await corner.remove('first');
  await expectKept('second');
});

it('fills Redis again when that lost everything', async () => {
  deploy('web');
  keeping();
  await expectKept('web');

  await corner.place.redis.flush();

  await expectKept('web');
});

it('goes on after Redis was away', async () => {
  deploy('first');
  keeping();
  await expectKept('first');

  await corner.place.redis.kill9();
  deploy('second');
  await soon(() => expect(corner.lines.join('')).toContain('could not be brought in line with the cluster'));
  await corner.place.redis.restart();

  await expectKept('first', 'second');
});

it('removes rollouts past the retention', async () => {
  const id = await corner.begin('web', digestOf('b'));
  await corner.deps.history.transition(id, { from: ['pending'], to: 'cancelled', code: 'x' });

  corner.clock.ahead = 2 * 3_600_000;
  keeping();

  await soon(async () => expect(await corner.deps.history.rollout(id)).toBeUndefined());
});

it('ends when the lease is lost', async () => {
  deploy('web');
  keeping();
  await expectKept('web');
  await stop();

  await corner.remove('web');
  await soon(() => expect(corner.deps.view.workload(corner.key('web'))).toBeUndefined());

  expect(await corner.deps.history.workloadIds()).toEqual([corner.id('web')]);
});
