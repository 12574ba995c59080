import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Corner } from '../testing/corner.ts';
import { openCorner } from '../testing/corner.ts';
import type { Place } from '../testing/place.ts';
import { soon, startPlace } from '../testing/place.ts';
import { digestOf } from '../testing/values.ts';
import { keep } from './keep.ts';

let place: Place;
let corner: Corner;
let stop: () => Promise<void>;
beforeAll(async () => {
  place = await startPlace();
});
afterAll(() => place.stop());
beforeEach(async () => {
  corner = await openCorner(place);
  stop = async () => undefined;
});
afterEach(async () => {
  await stop();
  await corner.close();
});

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

  await place.redis.flush();

  await expectKept('web');
});

it('goes on after Redis was away', async () => {
  deploy('first');
  keeping();
  await expectKept('first');

  await place.redis.kill9();
  deploy('second');
  await soon(() => expect(corner.lines.join('')).toContain('could not be brought in line with the cluster'));
  await place.redis.restart();

  await expectKept('first', 'second');
});

it('removes rollouts past the retention', async () => {
  const change = {
    container: 'app',
    image: corner.repository(),
    from: {},
    to: { tag: 'latest', digest: digestOf('b') },
  };
  const { rollout } = await corner.deps.history.begin({
    workload: corner.id('web'),
    changes: [change],
    trigger: 'manual',
    code: 'new-digest',
    reason: 'A push.',
  });
  const id = rollout?.id ?? 'none';
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
