import { afterEach, expect, it } from 'vitest';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { digestOf } from '../testing/values.ts';
import { reconcile } from './reconcile.ts';

let ns: TestNamespace;
let stop: () => Promise<void>;
useTestNamespace((opened) => {
  ns = opened;
  stop = async () => undefined;
});
afterEach(() => stop());

function startReconciling() {
  const ending = new AbortController();
  const ended = reconcile(ns.deps, ns.schedules, ending.signal);
  stop = async () => {
    ending.abort();
    await ended;
  };
}

const deploy = (name: string) => ns.deploy(name, { images: { app: ns.image('latest') } });
const expectReconciled = (...names: readonly string[]) =>
  soon(async () => {
    const ids = names.map(ns.id);
    expect([...(await ns.deps.history.workloadIds())].sort()).toEqual(ids);
    expect([...(await ns.schedules.list()).keys()].sort()).toEqual(ids);
  });

it('records and schedules follow workloads that are created, changed and deleted', async () => {
  deploy('first');
  startReconciling();
  await expectReconciled('first');

  deploy('second');
  await expectReconciled('first', 'second');
  await ns.patch('first', { metadata: { annotations: { 'keel.sh/poll-schedule': '@every 7m' } } });
  await soon(async () => expect((await ns.state('first')).record.schedule).toBe('every 7m'));

  await ns.remove('first');
  await expectReconciled('second');
});

it('reconcile fills Redis again after Redis lost everything', async () => {
  deploy('web');
  startReconciling();
  await expectReconciled('web');

  await ns.env.redis.flush();

  await expectReconciled('web');
});

it('reconcile goes on after Redis was down', async () => {
  deploy('first');
  startReconciling();
  await expectReconciled('first');

  await ns.env.redis.kill9();
  deploy('second');
  await soon(() => expect(ns.lines.join('')).toContain('Redis cannot be reached'));
  await ns.env.redis.restart();

  await expectReconciled('first', 'second');
});

it('reconcile removes rollouts past the retention', async () => {
  const id = await ns.begin('web', digestOf('b'));
  await ns.deps.history.transition(id, { from: ['pending'], to: 'cancelled', code: 'x' });

  ns.clock.ahead = 2 * 3_600_000;
  startReconciling();

  await soon(async () => expect(await ns.deps.history.rollout(id)).toBeUndefined());
});

it('reconcile ends when the lease is lost', async () => {
  deploy('web');
  startReconciling();
  await expectReconciled('web');
  await stop();

  await ns.remove('web');
  await soon(() => expect(ns.deps.view.workload(ns.key('web'))).toBeUndefined());

  expect(await ns.deps.history.workloadIds()).toEqual([ns.id('web')]);
});
