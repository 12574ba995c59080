import type { Digest } from '@keelson/image';
import { expect, it } from 'vitest';
import type { DeploymentOptions } from '../testing/manifests.ts';
import { followed } from '../testing/manifests.ts';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

const crash = { 'sh.keelson.outcome': 'crash', 'sh.keelson.log': 'Error: no DATABASE_URL' };

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  // Crashes are reported soon and new pods start slowly, so that for a while the old pod crashes beside the new one.
  { times: { readyMs: 100, backoffMs: 200 } },
);

/** Begins and writes a rollout of this digest. Returns its id. */
async function written(to: Digest): Promise<string> {
  const id = await ns.begin('web', to);
  await ns.write(id);
  await soon(() => expect(ns.workload('web').containers[0]?.image).toContain(to));
  return id;
}

const crashing = (name: string) => {
  const pods = ns.deps.view.pods(ns.workload(name));
  return pods.filter(({ containers }) => containers.some(({ waiting }) => waiting?.reason === 'CrashLoopBackOff'));
};

const decided = (id: string) =>
  soon(async () => {
    const rollout = await ns.verify(id);
    expect(rollout.state).not.toBe('verifying');
    return rollout;
  });

it('a rollout succeeds once the new revision is available', async () => {
  await ns.running('web');
  await ns.record('web');
  const pushed = await ns.push('latest');
  const id = await written(pushed);

  const { state, transitions } = await decided(id);

  expect(state).toBe('succeeded');
  expect(transitions.map(({ code }) => code)).toEqual(['new-digest', 'written', 'available']);
  expect((await ns.state('web')).digests['app']).toMatchObject({ rolledOut: pushed, lastGood: pushed });
});

it('a rollout is judged by pods of the new revision only, not by an old one in a crash loop (law 6)', async () => {
  await ns.push('latest', crash);
  // Each restart would else pull what the tag means then.
  ns.deploy('web', { images: { app: ns.image('latest') }, imagePullPolicy: 'IfNotPresent' });
  await soon(() => expect(crashing('web')).toHaveLength(1));
  const slow = await written(await ns.push('latest', { 'sh.keelson.outcome': 'unready' }));
  await soon(() => {
    const { generation, status } = ns.workload('web');
    expect(status.observedGeneration).toBe(generation);
    expect(ns.deps.view.pods(ns.workload('web'))).toHaveLength(2);
    expect(crashing('web')).toHaveLength(1);
  });
  expect((await ns.verify(slow)).state).toBe('verifying');

  const good = await written(await ns.push('latest'));
  const { state, transitions } = await decided(good);

  expect(state).toBe('succeeded');
  expect(transitions.at(-1)).toMatchObject({ code: 'available' });
});

it('a rollout that crashes fails with the pod, its reason and the end of its log', async () => {
  await ns.running('web');
  const id = await written(await ns.push('latest', crash));

  const { state, transitions, evidence } = await decided(id);

  expect(state).toBe('failed');
  expect(transitions.at(-1)).toMatchObject({ code: 'crash-loop', message: expect.stringContaining('exit code 1') });
  expect(evidence).toMatchObject({ container: 'app', reason: 'CrashLoopBackOff', exitCode: 1 });
  expect(evidence?.log).toContain('Error: no DATABASE_URL');
});

it('a rollout fails without a log where that cannot be read', async () => {
  await ns.running('web');
  const fault = ns.env.cluster.faults.fail({ path: /\/log$/ }, { status: 403, message: 'no logs for you' });
  const id = await written(await ns.push('latest', crash));

  const { state, evidence } = await decided(id);
  fault.remove();

  expect(state).toBe('failed');
  expect(evidence).not.toHaveProperty('log');
  expect(ns.lines.join('')).toContain('could not read the log of a failed container');
});

it.each<[string, Partial<DeploymentOptions>, number]>([
  ['the annotation', { annotations: { ...followed, 'keelson.sh/deadline': '5m' } }, 300_000],
  ["the Deployment's own", { progressDeadlineSeconds: 400 }, 400_000],
])('a rollout fails past the deadline of %s', async (_, options, deadline) => {
  await ns.running('web', options);
  const pushed = await ns.push('latest', { 'sh.keelson.outcome': 'unready' });
  const id = await written(pushed);
  await soon(() => {
    const [newest] = ns.deps.view.podsOfNewestRevision(ns.workload('web'));
    expect(newest?.containers[0]).toMatchObject({ running: true, imageID: expect.stringContaining(pushed) });
  });

  ns.clock.ahead = deadline - 30_000;
  expect((await ns.verify(id)).state).toBe('verifying');
  ns.clock.ahead = deadline + 1_000;
  const { state, transitions } = await ns.verify(id);

  expect(state).toBe('failed');
  expect(transitions.at(-1)).toMatchObject({ code: 'deadline-exceeded' });
});

it('a pause is noted once, and the deadline starts again when it ends', async () => {
  await ns.running('web', { progressDeadlineSeconds: 400 });
  await ns.patch('web', { spec: { paused: true } });
  await soon(() => expect(ns.workload('web').paused).toBe(true));
  const id = await written(await ns.push('latest', { 'sh.keelson.outcome': 'unready' }));
  await ns.verify(id);
  ns.clock.ahead = 900_000;
  await ns.verify(id);
  ns.clock.ahead = 0;
  await ns.patch('web', { spec: { paused: false } });
  await soon(() => expect(ns.workload('web').paused).toBe(false));

  const { state, transitions } = await ns.verify(id);

  expect(state).toBe('verifying');
  expect(transitions.map(({ code }) => code)).toEqual(['new-digest', 'written', 'paused', 'going-on']);
});

it('a rollout is cancelled when its workload is gone', async () => {
  await ns.running('web');
  const id = await written(await ns.push('latest', { 'sh.keelson.outcome': 'unready' }));
  await ns.remove('web');

  const { state, transitions } = await decided(id);

  expect(state).toBe('cancelled');
  expect(transitions.at(-1)).toMatchObject({ code: 'workload-gone' });
});

it('a rollout is cancelled, not judged, when another image was written in the meantime (law 6)', async () => {
  const first = await ns.running('web');
  await ns.record('web');
  await ns.check('web');
  const bad = await ns.push('latest', { 'sh.keelson.outcome': 'unready' });
  const id = await written(bad);
  const image = `${ns.image('latest')}@${first}`;
  await ns.patch('web', { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } });
  await soon(() => expect(ns.workload('web').containers[0]?.image).toBe(image));
  await ns.settled('web');

  const { state, transitions } = await ns.verify(id);

  expect(state).toBe('cancelled');
  expect(transitions.at(-1)).toMatchObject({ code: 'replaced', message: expect.stringContaining(image) });
  expect((await ns.state('web')).digests['app']?.lastGood).toBe(first);
});

/** A rollout that was written, and over which Keelson's own write of the older digest came late. */
async function writtenOver() {
  const first = await ns.running('web');
  await ns.record('web');
  await ns.check('web');
  const pushed = await ns.push('latest');
  const id = await written(pushed);
  const live = ns.workload('web');
  const expected = live.containers[0]?.image ?? '';
  const late = await ns.deps.writes.pathFor(live, 'back');
  await late.write(live, [{ container: 'app', expected, digest: first }]);
  await soon(() => expect(ns.workload('web').containers[0]?.image).toContain(first));
  return { id, pushed };
}

it('a rollout is not written again without end: one with 40 transitions is cancelled', async () => {
  const { id } = await writtenOver();
  const { history } = ns.deps;
  const count = async () => (await history.rollout(id))?.transitions.length ?? 0;
  while ((await count()) < 40) await history.transition(id, { from: ['verifying'], to: 'verifying', code: 'noted' });

  const { state, transitions } = await ns.verify(id);

  expect(state).toBe('cancelled');
  expect(transitions.at(-1)).toMatchObject({ code: 'replaced' });
});

it('a rollout is written again when the write of the one that it superseded came after its own', async () => {
  const { id, pushed } = await writtenOver();

  expect((await ns.verify(id)).state).toBe('pending');
  await ns.write(id);
  await soon(() => expect(ns.workload('web').containers[0]?.image).toContain(pushed));
  expect((await decided(id)).state).toBe('succeeded');
});

it('a rollout goes on when only other fields of the workload were changed in the meantime', async () => {
  await ns.running('web');
  const id = await written(await ns.push('latest'));
  await ns.patch('web', { spec: { replicas: 2 } });
  await soon(() => expect(ns.workload('web').replicas).toBe(2));

  expect((await decided(id)).state).toBe('succeeded');
});

it('a rollout is blocked while a container that it does not change gets no image, and goes on when it is back', async () => {
  await ns.runningBeside('web', { side: 'side' });
  await ns.record('web');
  const { faults } = ns.env.registry;
  faults.inject({ path: '/side/manifests/', fault: { type: 'status', status: 404 } });
  const pushed = await ns.push('latest');
  const id = await written(pushed);

  const blocked = await soon(async () => {
    const rollout = await ns.verify(id);
    expect(rollout.transitions.at(-1)?.code).toBe('other-image-missing');
    return rollout;
  });
  ns.clock.ahead = 3_600_000;
  expect((await ns.verify(id)).state).toBe('verifying');
  ns.clock.ahead = 0;
  faults.clear();

  expect((await decided(id)).state).toBe('succeeded');
  expect(blocked.state).toBe('verifying');
  expect((await ns.state('web')).quarantine).toEqual([]);
});
