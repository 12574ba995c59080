import { imagePatch } from '@keelson/queue';
import { expect, it } from 'vitest';
import type { Corner } from '../testing/corner.ts';
import { inCorners } from '../testing/in-corners.ts';

const FLUX = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
const CRASH = { 'sh.keelson.outcome': 'crash' };

let corner: Corner;
inCorners(
  (opened) => {
    corner = opened;
  },
  { times: { readyMs: 50, backoffMs: 200 } },
);

/** Keelson has decided for the first push; the second comes before any pod of it starts, and is what they pull. */
async function overtaken(labels: Readonly<Record<string, string>> = {}) {
  const before = await corner.running('web', { labels: FLUX });
  await corner.known('web');
  await corner.poll('web');
  const decided = await corner.push('latest');
  await corner.poll('web');
  const pulled = await corner.push('latest', labels);
  const [rollout] = await corner.rollouts('web');
  if (!rollout) throw new Error('Nothing was begun.');
  await corner.deps.producer.add(imagePatch, { rollout: rollout.id });
  return { before, decided, pulled, id: rollout.id };
}

it('blames what the pods pulled, and not what was written, when a push came in between', async () => {
  const { before, decided, pulled, id } = await overtaken(CRASH);

  await corner.work(async () => expect((await corner.rollout(id)).state).toBe('failed'));

  const { quarantine, digests } = await corner.state('web');
  expect(quarantine.map(({ digest }) => digest)).toEqual([pulled]);
  expect(quarantine.map(({ digest }) => digest)).not.toContain(decided);
  expect(digests['app']?.lastGood).toBe(before);
});

it('calls nothing proven that no pod ran', async () => {
  const { before, id } = await overtaken();

  await corner.work(async () => expect((await corner.rollout(id)).state).toMatch(/succeeded|superseded/));

  expect((await corner.state('web')).digests['app']?.lastGood).toBe(before);
});
