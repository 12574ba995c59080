import type { Digest } from '@keelson/image';
import { imagePatch } from '@keelson/queue';
import { expect, it } from 'vitest';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

const flux = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
const crash = { 'sh.keelson.outcome': 'crash' };

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  { times: { readyMs: 50, backoffMs: 200 }, keepsTag: (image) => image.includes('/mirrored:') },
);

/** Begins a rollout of the first push; the second push comes before any pod starts, so that the pods pull that. */
async function overtaken(labels: Readonly<Record<string, string>> = {}) {
  const before = await ns.running('web', { labels: flux });
  await ns.record('web');
  await ns.check('web');
  const decided = await ns.push('latest');
  await ns.check('web');
  const pulled = await ns.push('latest', labels);
  const [rollout] = await ns.rollouts('web');
  if (!rollout) throw new Error('Nothing was begun.');
  await ns.deps.producer.add(imagePatch, { workload: rollout.workload, rollout: rollout.id });
  return { before, decided, pulled, id: rollout.id };
}

it('a push that the pods pulled in place of the written one is judged by a rollout of its own, and only it is quarantined', async () => {
  const { before, decided, pulled, id } = await overtaken(crash);

  await ns.work(async () => expect((await ns.state('web')).quarantine).not.toEqual([]));

  const { quarantine, digests } = await ns.state('web');
  expect(quarantine.map(({ digest }) => digest)).toEqual([pulled]);
  expect(quarantine.map(({ digest }) => digest)).not.toContain(decided);
  expect(digests['app']?.lastGood).toBe(before);
  expect((await ns.rollout(id)).state).toBe('superseded');
});

it('rollout-verify does not call a digest proven that no pod ran (law 14)', async () => {
  const { decided, pulled, id } = await overtaken();

  await ns.work(async () => expect((await ns.state('web')).digests['app']).toMatchObject({ lastGood: pulled }));

  expect((await ns.rollout(id)).state).toBe('superseded');
  expect((await ns.rollouts('web')).map(({ state, changes: [change] }) => [state, change?.to.digest])).toEqual([
    ['succeeded', pulled],
    ['superseded', decided],
  ]);
});

const codes = async () => (await ns.rollouts('web'))[0]?.transitions.map(({ code }) => code);
const good = async () => (await ns.state('web')).digests['app']?.lastGood;

/** A Deployment under Flux that runs the first push, then a push. Returns both. `running`: once the first one runs. */
async function pushed(
  repository: string,
  imagePullPolicy: string,
  running: (before: Digest) => void = () => undefined,
  labels: Readonly<Record<string, string>> = flux,
): Promise<readonly [before: Digest, after: Digest]> {
  const before = await ns.push('latest', {}, repository);
  ns.deploy('web', { images: { app: ns.image('latest', repository) }, labels, imagePullPolicy });
  await ns.settled('web');
  await ns.record('web');
  await ns.check('web');
  running(before);
  const after = await ns.push('latest', {}, repository);
  await ns.check('web');
  return [before, after];
}

const imageIDs = () =>
  ns.deps.view.podsOfNewestRevision(ns.workload('web')).map(({ containers }) => containers[0]?.imageID ?? '');

it.each([
  ['a mirror before the node keeps the tag', 'mirrored', 'Always', 'a mirror before the nodes'],
  ['the node has an older image of the tag', 'app', 'IfNotPresent', 'imagePullPolicy is IfNotPresent'],
])('a digest is written into the image where %s (law 14)', async (_, repository, policy, cause) => {
  const [before, after] = await pushed(repository, policy);

  await ns.work(async () => expect(await good()).toBe(after));

  expect(await codes()).toEqual(['new-digest', 'written', 'reverted-template-annotation', 'written', 'available']);
  const [rollout] = await ns.rollouts('web');
  const why = rollout?.transitions.find(({ code }) => code === 'reverted-template-annotation')?.message;
  expect(why).toContain(cause);
  for (const digest of [before, after]) expect(why).toContain(digest.slice(0, 19));
  await soon(() => expect(imageIDs()).toEqual([expect.stringContaining(after)]));
  expect((await ns.state('web')).quarantine).toEqual([]);
});

it('an image is written again where its manifest was applied once while a mirror keeps the tag (law 14)', async () => {
  const [, after] = await pushed('mirrored', 'Always', undefined, {});
  const [{ id } = { id: '' }] = await ns.rollouts('web');
  await ns.write(id);
  const image = ns.image('latest', 'mirrored');
  await soon(() => expect(ns.workload('web').containers[0]?.image).toContain(after));
  await ns.patch('web', { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } });

  await ns.work(async () => expect(await good()).toBe(after));

  expect(await codes()).toContain('reverted-meanwhile');
  expect((await ns.rollout(id)).written?.path).toBe('image-pin');
  expect((await ns.state('web')).hold).toBeUndefined();
});

it.each([
  ['Flux', flux],
  ['nobody', {}],
])('a workload of %s is on hold where pods run another digest and no write path lasts (law 14)', async (_, labels) => {
  const [before] = await pushed('mirrored', 'Always', undefined, labels);
  const image = ns.image('latest', 'mirrored');
  let stopped = false;
  const owner = (async () => {
    while (!stopped) {
      if (ns.workload('web').containers[0]?.image !== image)
        await ns.patch('web', { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();

  await ns.work(async () => expect((await ns.state('web')).hold).toBeDefined());
  stopped = true;
  await owner;

  const { hold, quarantine } = await ns.state('web');
  expect(hold).toMatchObject({ code: 'running-another-digest', message: expect.stringContaining(before.slice(0, 19)) });
  expect(quarantine).toEqual([]);
  expect(await good()).toBe(before);
});

it('what the registry does not know stays unproven, until it is known (law 14)', async () => {
  const { faults } = ns.env.registry;
  const missing = { type: 'status', status: 404 } as const;
  const [before, after] = await pushed('app', 'IfNotPresent', (digest) => {
    faults.inject({ path: `manifests/${digest}`, fault: missing });
  });
  await ns.work(async () => expect((await ns.state('web')).unproven).toBeDefined());

  expect((await ns.rollouts('web'))[0]?.transitions.at(-1)).toMatchObject({
    state: 'unproven',
    code: 'digest-unknown',
  });
  expect(await good()).toBe(before);

  faults.clear();
  await ns.check('web');
  await ns.work(async () => expect(await good()).toBe(after));
});
