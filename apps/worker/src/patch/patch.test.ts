import { rolloutVerify } from '@keelson/queue';
import { afterEach, describe, expect, it } from 'vitest';
import type { Corner } from '../testing/corner.ts';
import { inCorners } from '../testing/in-corners.ts';
import { FOLLOWED } from '../testing/manifests.ts';
import { soon } from '../testing/place.ts';
import { digestOf } from '../testing/values.ts';

let corner: Corner;
inCorners(async (opened) => {
  corner = opened;
  await corner.running('web', { images: { app: corner.image('latest'), side: corner.image('latest') } });
});
afterEach(() => corner.place.cluster.faults.clear());

const to = digestOf('b');

const begun = (...containers: readonly string[]) => corner.begin('web', to, containers);

const images = () => corner.workload('web').containers.map(({ image }) => image);
const setImage = (container: string, image: string) =>
  corner.patch('web', { spec: { template: { spec: { containers: [{ name: container, image }] } } } });
const patches = () =>
  corner.place.cluster.requests.filter(
    ({ method, path, userAgent, contentType }) =>
      method === 'PATCH' &&
      path.includes(corner.namespace) &&
      userAgent.startsWith('keelson') &&
      contentType.includes('json-patch'),
  );

it('writes the one container that changed, and nothing else', async () => {
  const id = await begun('side');
  const before = corner.workload('web').generation;

  await corner.write(id);

  const plain = corner.image('latest');
  await soon(() => expect(images()).toEqual([plain, `${plain}@${to}`]));
  const { state, generation } = await corner.rollout(id);
  expect({ state, generation }).toEqual({ state: 'verifying', generation: before + 1 });
  expect((await corner.deps.producer.queueCounts())[rolloutVerify.name]?.waiting).toBe(1);
});

it('moves what counts as rolled out after the write, and not before (law 5)', async () => {
  await corner.known('web');
  const id = await begun('app');
  const rolledOut = async () => (await corner.state('web')).digests['app']?.rolledOut;
  const fault = corner.place.cluster.faults.fail({ method: 'PATCH', path: corner.namespace }, { status: 500 });

  await expect(corner.write(id)).rejects.toMatchObject({ name: 'KubeError' });
  expect(await rolledOut()).not.toBe(to);
  fault.remove();
  await corner.write(id, 2);

  expect(await rolledOut()).toBe(to);
});

it('writes two containers with one request, and a second run writes nothing', async () => {
  const id = await begun('app', 'side');

  await corner.write(id);
  await corner.write(id, 2);

  const pinned = `${corner.image('latest')}@${to}`;
  await soon(() => expect(images()).toEqual([pinned, pinned]));
  expect(patches()).toHaveLength(1);
});

it('finds its own write done when it died before it could say so', async () => {
  const id = await begun('app');
  corner.place.cluster.faults.loseReply({ method: 'PATCH', path: corner.namespace }, { times: 1 });
  await expect(corner.write(id)).rejects.toMatchObject({ name: 'KubeError' });
  const { generation } = await soon(() => {
    const found = corner.workload('web');
    expect(found.containers[0]?.image).toContain(to);
    return found;
  });

  await corner.write(id, 2);

  expect(await corner.rollout(id)).toMatchObject({ state: 'verifying', generation });
  expect(patches()).toHaveLength(1);
});

describe('what nobody wants any more is cancelled with a sentence', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['another tag', () => setImage('app', corner.image('v2')), 'Container app now names 127.0.0.1:'],
    [
      'another repository',
      () => setImage('app', corner.image('latest', 'other')),
      'Container app now names 127.0.0.1:',
    ],
    [
      'no image at all',
      () => setImage('app', 'not//an//image'),
      'Container app, which names not//an//image, is no longer followed.',
    ],
    [
      'the container taken out',
      () =>
        corner.patch('web', {
          spec: { template: { spec: { containers: [{ name: 'app', $patch: 'delete' }] } } },
        }),
      'Container app is no longer there.',
    ],
    [
      'the policy turned to never',
      () => corner.patch('web', { metadata: { annotations: { 'keel.sh/policy': 'never' } } }),
      'The workload is no longer followed.',
    ],
    [
      'the container no longer followed',
      () => corner.patch('web', { metadata: { annotations: { 'keel.sh/monitorContainers': '^side$' } } }),
      'is no longer followed.',
    ],
    ['the workload gone', () => corner.remove('web'), 'The workload is gone.'],
  ])('%s', async (_, change, message) => {
    const id = await begun('app');
    await change();

    // On a retry it reads past the watch, which may not have heard of it yet.
    await corner.write(id, 2);

    const { state, transitions } = await corner.rollout(id);
    expect(state).toBe('cancelled');
    expect(transitions.at(-1)).toMatchObject({ code: 'no-longer-wanted' });
    expect(transitions.at(-1)?.message).toContain(message);
    expect(patches()).toEqual([]);
  });
});

it('reads again and decides anew when somebody wrote since the watch heard of it', async () => {
  const id = await begun('app');
  corner.place.cluster.faults.freezeWatches({ path: corner.namespace });
  await setImage('app', corner.image('v2'));
  expect(images()[0]).toBe(corner.image('latest'));

  await corner.write(id);

  expect(await corner.rollout(id)).toMatchObject({ state: 'cancelled' });
  expect(patches().map(({ status }) => status)).toEqual([422]);
});

it('still writes when what somebody changed in between is not the image', async () => {
  const id = await begun('app');
  corner.place.cluster.faults.freezeWatches({ path: corner.namespace });
  await corner.patch('web', { spec: { replicas: 3 }, metadata: { annotations: { ...FOLLOWED, team: 'blue' } } });

  await corner.write(id);

  const live = await corner.deps.reader.readWorkload(corner.key('web'));
  expect(live).toMatchObject({ replicas: 3, annotations: { team: 'blue' } });
  expect(live?.containers[0]?.image).toBe(`${corner.image('latest')}@${to}`);
});

it('tells why a write was refused once for each new reason, and writes when it is let', async () => {
  const id = await begun('app');
  const match = { method: 'PATCH', path: corner.namespace, userAgent: /^keelson/ };
  const refused = async (message: string) => {
    const fault = corner.place.cluster.faults.fail(match, { status: 403, message });
    await expect(corner.write(id)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(corner.write(id, 2)).rejects.toMatchObject({ code: 'forbidden' });
    fault.remove();
  };

  await refused('no deploys today');
  await refused(`no deploys ${'at all '.repeat(300)}`);
  await corner.write(id, 3);

  const { transitions } = await corner.rollout(id);
  expect(transitions.map(({ state, code }) => [state, code])).toEqual([
    ['pending', 'new-digest'],
    ['pending', 'write-forbidden'],
    ['pending', 'write-forbidden'],
    ['verifying', 'written'],
  ]);
  expect(transitions[1]?.message).toContain('no deploys today');
});
