import { afterEach, expect, it } from 'vitest';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { digestOf } from '../testing/values.ts';
import { keep } from './reconcile.ts';

let ns: TestNamespace;
let stop: () => Promise<void>;
useTestNamespace((opened) => {
  ns = opened;
  stop = async () => undefined;
});
afterEach(() => stop());

function keeping() {
  const ending = new AbortController();
  const ended = keep(ns.deps, ns.schedules, ending.signal);
  stop = async () => {
    ending.abort();
    await ended;
  };
}

const deploy = (name: string) => ns.deploy(name, { images: { app: ns.image('latest') } });
const expectKept = (...names: readonly string[]) =>
  soon(async () => {
    const ids = names.map(ns.id);
    expect([...(await ns.deps.history.workloadIds())].sort()).toEqual(ids);
    expect([...(await ns.schedules.list()).keys()].sort()).toEqual(ids);
  });

it('follows what comes, changes and goes', async () => {
  deploy('first');
  keeping();
  await expectKept('first');

  deploy('second');
  await expectKept('first', 'second');
  await ns.patch('first', { metadata: { annotations: { 'keel.sh/poll-schedule': '@every 7m' } } });
  await soon(async () => expect((await ns.state('first')).record.schedule).toBe('every 7m'));

  await ns.remove('first');
  await expectKept('second');
});

it('fills Redis again when that lost everything', async () => {
  deploy('web');
  keeping();
  await expectKept('web');

  await ns.env.redis.flush();

  await expectKept('web');
});

it('goes on after Redis was away', async () => {
  deploy('first');
  keeping();
  await expectKept('first');

  await ns.env.redis.kill9();
  deploy('second');
  await soon(() => expect(ns.lines.join('')).toContain('could not be brought in line with the cluster'));
  await ns.env.redis.restart();

  await expectKept('first', 'second');
});

it('removes rollouts past the retention', async () => {
  const id = await ns.begin('web', digestOf('b'));
  await ns.deps.history.transition(id, { from: ['pending'], to: 'cancelled', code: 'x' });

  ns.clock.ahead = 2 * 3_600_000;
  keeping();

  await soon(async () => expect(await ns.deps.history.rollout(id)).toBeUndefined());
});

it('ends when the lease is lost', async () => {
  deploy('web');
  keeping();
  await expectKept('web');
  await stop();

  await ns.remove('web');
  await soon(() => expect(ns.deps.view.workload(ns.key('web'))).toBeUndefined());

  expect(await ns.deps.history.workloadIds()).toEqual([ns.id('web')]);
});
