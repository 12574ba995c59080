import { rolloutVerify } from '@keelson/queue';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { followed } from '../testing/manifests.ts';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { digestOf } from '../testing/values.ts';

let ns: TestNamespace;
useTestNamespace(async (opened) => {
  ns = opened;
  await ns.running('web', { images: { app: ns.image('latest'), side: ns.image('latest') } });
});
afterEach(() => ns.env.cluster.faults.clear());

const to = digestOf('b');

const begun = (...containers: readonly string[]) => ns.begin('web', to, containers);

const images = () => ns.workload('web').containers.map(({ image }) => image);
const setImage = (container: string, image: string) =>
  ns.patch('web', { spec: { template: { spec: { containers: [{ name: container, image }] } } } });
const patches = () =>
  ns.env.cluster.requests.filter(
    ({ method, path, userAgent, contentType }) =>
      method === 'PATCH' &&
      path.includes(ns.namespace) &&
      userAgent.startsWith('keelson') &&
      contentType.includes('json-patch'),
  );

it('image-patch writes the one container that changed, and nothing else', async () => {
  const id = await begun('side');
  const before = ns.workload('web').generation;

  await ns.write(id);

  const plain = ns.image('latest');
  await soon(() => expect(images()).toEqual([plain, `${plain}@${to}`]));
  const { state, generation } = await ns.rollout(id);
  expect({ state, generation }).toEqual({ state: 'verifying', generation: before + 1 });
  expect((await ns.queueCounts())[rolloutVerify.name]?.waiting).toBe(1);
});

it('image-patch has an unproven rollout verified, where somebody took it for one that is not written yet (law 14)', async () => {
  const id = await begun('app');
  const step = { to: 'verifying', code: 'written', generation: 2 } as const;
  await ns.deps.history.transition(id, { from: ['pending'], ...step });
  await ns.deps.history.transition(id, { from: ['verifying'], to: 'unproven', code: 'partitioned' });

  await ns.write(id);

  expect((await ns.queueCounts())[rolloutVerify.name]?.waiting).toBe(1);
  expect(patches()).toEqual([]);
});

it('image-patch records the digest as rolled out after the write, and not before (law 5)', async () => {
  await ns.record('web');
  const id = await begun('app');
  const rolledOut = async () => (await ns.state('web')).digests['app']?.rolledOut;
  const fault = ns.env.cluster.faults.fail({ method: 'PATCH', path: ns.namespace }, { status: 500 });

  await expect(ns.write(id)).rejects.toMatchObject({ name: 'KubeError' });
  expect(await rolledOut()).not.toBe(to);
  fault.remove();
  await ns.write(id, 2);

  expect(await rolledOut()).toBe(to);
});

it('image-patch writes two containers with one request, and a second run writes nothing', async () => {
  const id = await begun('app', 'side');

  await ns.write(id);
  await ns.write(id, 2);

  const pinned = `${ns.image('latest')}@${to}`;
  await soon(() => expect(images()).toEqual([pinned, pinned]));
  expect(patches()).toHaveLength(1);
});

it('image-patch finds its write done after it died before recording it', async () => {
  const id = await begun('app');
  ns.env.cluster.faults.loseReply({ method: 'PATCH', path: ns.namespace }, { times: 1 });
  await expect(ns.write(id)).rejects.toMatchObject({ name: 'KubeError' });
  const { generation } = await soon(() => {
    const found = ns.workload('web');
    expect(found.containers[0]?.image).toContain(to);
    return found;
  });

  await ns.write(id, 2);

  expect(await ns.rollout(id)).toMatchObject({ state: 'verifying', generation });
  expect(patches()).toHaveLength(1);
});

describe('a workload that is put on hold while an update is written to it', () => {
  const holdAfterWrite = (code: 'paused' | 'off') => {
    const pathFor = ns.deps.writes.pathFor.bind(ns.deps.writes);
    vi.spyOn(ns.deps.writes, 'pathFor').mockImplementationOnce(async (...about) => {
      const path = await pathFor(...about);
      const write: typeof path.write = async (...given) => {
        const written = await path.write(...given);
        await ns.deps.history.hold(ns.id('web'), { code, message: 'Not now.', at: Date.now() });
        return written;
      };
      return { ...path, write };
    });
  };

  const update = async () => {
    await ns.record('web');
    const before = { tag: 'latest', digest: await ns.push('latest') };
    const begun = await ns.deps.history.begin({
      workload: ns.id('web'),
      changes: [{ container: 'app', image: ns.repository(), from: before, to: { tag: 'latest', digest: to } }],
      trigger: 'poll',
      code: 'new-digest',
      message: 'A push.',
    });
    return { id: begun.outcome === 'created' ? begun.rollout.id : begun.outcome, before };
  };

  it('image-patch reverts what it wrote when the workload was paused meanwhile, since nobody would verify it', async () => {
    const { id, before } = await update();
    holdAfterWrite('paused');

    await ns.write(id);

    expect(await ns.rollout(id)).toMatchObject({ state: 'cancelled' });
    const [back] = await ns.rollouts('web');
    expect(back).toMatchObject({ kind: 'rollback', state: 'pending', changes: [{ from: { digest: to }, to: before }] });
    await ns.write(back?.id ?? '', 2);
    await soon(() => expect(images()[0]).toBe(`${ns.image('latest')}@${before.digest}`));
  });

  it('guard-pins reverts what a worker wrote that died when the workload was paused', async () => {
    const { id, before } = await update();
    holdAfterWrite('paused');
    const transition = vi.spyOn(ns.deps.history, 'transition').mockRejectedValueOnce(new Error('killed'));
    await expect(ns.write(id)).rejects.toThrow('killed');
    transition.mockRestore();
    expect(await ns.rollouts('web')).toHaveLength(1);
    await soon(() => expect(images()[0]).toContain(to));

    await ns.reconciler().reconcileAll();

    await ns.work(() => soon(() => expect(images()[0]).toBe(`${ns.image('latest')}@${before.digest}`)));
    expect((await ns.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', trigger: 'guard' });
  });

  it('image-patch has what it wrote removed when the workload was switched off meanwhile', async () => {
    const { id } = await update();
    holdAfterWrite('off');

    await ns.write(id);

    expect(await ns.rollouts('web')).toHaveLength(1);
    await ns.runFunctions(async () => expect(ns.lines.join()).toContain('Keelson removed everything it wrote'));
  });
});

describe('a rollout that is no longer wanted', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['another tag was written', () => setImage('app', ns.image('v2')), 'Container app now names 127.0.0.1:'],
    [
      'another repository was written',
      () => setImage('app', ns.image('latest', 'other')),
      'Container app now names 127.0.0.1:',
    ],
    [
      'an invalid image was written',
      () => setImage('app', 'not//an//image'),
      'Container app, which names not//an//image, is no longer followed.',
    ],
    [
      'the container was removed',
      () =>
        ns.patch('web', {
          spec: { template: { spec: { containers: [{ name: 'app', $patch: 'delete' }] } } },
        }),
      'Container app is no longer there.',
    ],
    [
      'the policy became never',
      () => ns.patch('web', { metadata: { annotations: { 'keel.sh/policy': 'never' } } }),
      'The workload is no longer followed.',
    ],
    [
      'the container is no longer followed',
      () => ns.patch('web', { metadata: { annotations: { 'keel.sh/monitorContainers': '^side$' } } }),
      'is no longer followed.',
    ],
    ['the workload was deleted', () => ns.remove('web'), 'The workload is gone.'],
  ])('image-patch cancels a rollout after %s, and says why', async (_, change, message) => {
    const id = await begun('app');
    await change();

    // A retry reads from the API server, since the watch may not have the change yet.
    await ns.write(id, 2);

    const { state, transitions } = await ns.rollout(id);
    expect(state).toBe('cancelled');
    expect(transitions.at(-1)).toMatchObject({ code: 'no-longer-wanted' });
    expect(transitions.at(-1)?.message).toContain(message);
    expect(patches()).toEqual([]);
  });
});

it('image-patch reads the workload again when it changed unseen by the watch', async () => {
  const id = await begun('app');
  ns.env.cluster.faults.freezeWatches({ path: ns.namespace });
  await setImage('app', ns.image('v2'));
  expect(images()[0]).toBe(ns.image('latest'));

  await ns.write(id);

  expect(await ns.rollout(id)).toMatchObject({ state: 'cancelled' });
  expect(patches().map(({ status }) => status)).toEqual([422]);
});

it('image-patch writes although other fields changed unseen by the watch', async () => {
  const id = await begun('app');
  ns.env.cluster.faults.freezeWatches({ path: ns.namespace });
  await ns.patch('web', { spec: { replicas: 3 }, metadata: { annotations: { ...followed, team: 'blue' } } });

  await ns.write(id);

  const live = await ns.deps.reader.readWorkload(ns.key('web'));
  expect(live).toMatchObject({ replicas: 3, annotations: { team: 'blue' } });
  expect(live?.containers[0]?.image).toBe(`${ns.image('latest')}@${to}`);
});

it('image-patch records each reason for a refused write once, and writes when it is accepted', async () => {
  const id = await begun('app');
  const match = { method: 'PATCH', path: ns.namespace, userAgent: /^keelson/ };
  const refused = async (message: string) => {
    const fault = ns.env.cluster.faults.fail(match, { status: 403, message });
    await expect(ns.write(id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(ns.write(id, 2)).rejects.toMatchObject({ code: 'forbidden' });
    fault.remove();
  };

  await refused('no deploys today');
  await refused(`no deploys ${'at all '.repeat(300)}`);
  await ns.write(id, 3);

  const { transitions } = await ns.rollout(id);
  expect(transitions.map(({ state, code }) => [state, code])).toEqual([
    ['pending', 'new-digest'],
    ['pending', 'write-forbidden'],
    ['pending', 'write-forbidden'],
    ['verifying', 'written'],
  ]);
  expect(transitions[1]?.message).toContain('no deploys today');
});
