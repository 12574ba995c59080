import { imagePatch } from '@keelson/queue';
import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
import type { Corner } from '../testing/corner.ts';
import { inCorners } from '../testing/in-corners.ts';
import { secretOf } from '../testing/manifests.ts';
import { soon } from '../testing/place.ts';

let corner: Corner;
inCorners((opened) => {
  corner = opened;
  corner.place.registry.faults.clear();
});

/** `web` runs what `latest` names, and was looked at once. */
async function adopted() {
  const first = await corner.running('web');
  await corner.known('web');
  await corner.poll('web');
  return first;
}

const writesAskedFor = async () => (await corner.deps.producer.queueCounts())[imagePatch.name]?.waiting;

it('writes down what runs already, and rolls nothing out', async () => {
  const running = await adopted();
  const { check, digests, active } = await corner.state('web');

  expect(check).toMatchObject({ code: 'already-running', observed: [{ container: 'app', digest: running }] });
  expect(check?.nextAt).toBeGreaterThan(check?.at ?? Number.NaN);
  expect(digests).toEqual({
    app: { image: corner.repository(), tag: 'latest', rolledOut: running, lastGood: running },
  });
  expect(active).toBeUndefined();
  expect(await corner.rollouts('web')).toEqual([]);
});

it('begins one rollout of a new digest, with what its labels say, and asks for it to be written', async () => {
  const first = await adopted();
  const second = await corner.push('latest', { 'org.opencontainers.image.revision': 'abc123' });

  const check = await corner.poll('web');
  await corner.poll('web');

  const [rollout, ...more] = await corner.rollouts('web');
  expect(more).toEqual([]);
  expect(rollout).toMatchObject({
    state: 'pending',
    trigger: 'manual',
    code: 'new-digest',
    changes: [
      {
        container: 'app',
        image: corner.repository(),
        from: { tag: 'latest', digest: first },
        to: { tag: 'latest', digest: second, commit: 'abc123' },
      },
    ],
  });
  expect(check).toMatchObject({ code: 'waiting-to-write', message: expect.stringContaining(rollout?.id ?? 'none') });
  expect(await writesAskedFor()).toBe(1);
});

it('moves two containers in one rollout', async () => {
  for (const name of ['app', 'side']) await corner.push('latest', {}, name);
  corner.deploy('web', { images: { app: corner.image('latest'), side: corner.image('latest', 'side') } });
  await corner.settled('web');
  await corner.known('web');
  await corner.poll('web');
  const pushed = [await corner.push('latest', {}, 'app'), await corner.push('latest', {}, 'side')];

  await corner.poll('web');

  const [rollout, ...more] = await corner.rollouts('web');
  expect(more).toEqual([]);
  expect(rollout?.changes.map(({ container, to }) => [container, to.digest])).toEqual([
    ['app', pushed[0]],
    ['side', pushed[1]],
  ]);
});

it('supersedes what was not written yet by what was pushed after it', async () => {
  await adopted();
  const older = await corner.push('latest');
  await corner.poll('web');
  const newer = await corner.push('latest');
  await corner.poll('web');

  const rollouts = await corner.rollouts('web');

  expect(rollouts.map(({ state, changes }) => [state, changes[0]?.to.digest])).toEqual([
    ['pending', newer],
    ['superseded', older],
  ]);
});

it('calls a rollout off when the tag moved back before anything was written', async () => {
  const image = { labels: { build: corner.namespace } };
  await pushImage(corner.place.registry, `${corner.namespace}/app`, 'latest', image);
  corner.deploy('web', { images: { app: corner.image('latest') } });
  await corner.settled('web');
  await corner.known('web');
  await corner.push('latest');
  await corner.poll('web');
  await pushImage(corner.place.registry, `${corner.namespace}/app`, 'latest', image);

  const check = await corner.poll('web');

  const [rollout] = await corner.rollouts('web');
  expect(rollout).toMatchObject({ state: 'cancelled' });
  expect(rollout?.transitions.at(-1)).toMatchObject({
    code: 'no-longer-wanted',
    message: 'The tag moved back before anything was written.',
  });
  expect(check?.code).toBe('up-to-date');
  expect((await corner.state('web')).active).toBeUndefined();
});

it('calls nothing off while the registry does not answer, and says so', async () => {
  await adopted();
  await corner.push('latest');
  await corner.poll('web');
  corner.place.registry.faults.inject({ path: corner.namespace, fault: { type: 'status', status: 503 } });

  const check = await corner.poll('web');

  expect(check).toMatchObject({ code: 'unavailable', error: { code: 'unavailable' }, observed: [] });
  expect(check?.message).toContain(`app (${corner.image('latest')}): Asked`);
  expect((await corner.rollouts('web')).map(({ state }) => state)).toEqual(['pending']);
});

it('looks at the other containers when one cannot be looked at', async () => {
  const pushed = await corner.push('latest');
  corner.deploy('web', { images: { app: corner.image('latest'), gone: corner.image('latest', 'gone') } });
  await seen('web');
  await corner.known('web');

  const check = await corner.poll('web');

  expect(check).toMatchObject({ code: 'not-found', observed: [{ container: 'app', digest: pushed }] });
});

it('shows what is wrong with the pull secrets with the workload, whatever else the check came to', async () => {
  corner.place.cluster.apply(secretOf(corner.namespace, 'broken', 'hunter2'));
  await corner.running('web', { pullSecrets: ['broken', 'gone'] });
  await corner.known('web');

  const check = await corner.poll('web');

  expect(check?.code).toBe('already-running');
  expect(check?.message).toContain(`Secret ${corner.namespace}/broken: The pull secret is no docker config`);
  expect(check?.message).toContain(`Pull secret ${corner.namespace}/gone is not there`);
  expect(check?.message).not.toContain('hunter2');
});

it('does nothing for a workload that is not known, or gone', async () => {
  await expect(corner.poll('nobody')).rejects.toThrow('nobody is not known');
  corner.deploy('web', { images: { app: corner.image('latest') } });
  await seen('web');
  await expect(corner.poll('web')).rejects.toThrow('web is not known');
  expect(await corner.deps.history.workloads()).toEqual([]);
});

/** The view knows it, whatever becomes of its pods. */
const seen = (name: string) => soon(() => corner.workload(name));
