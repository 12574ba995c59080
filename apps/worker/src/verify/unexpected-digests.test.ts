import { imagePatch } from '@keelson/queue';
import { expect, it } from 'vitest';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

const flux = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
const crash = { 'sh.keelson.outcome': 'crash' };

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  { times: { readyMs: 50, backoffMs: 200 } },
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
  await ns.deps.producer.add(imagePatch, { rollout: rollout.id });
  return { before, decided, pulled, id: rollout.id };
}

it('rollout-verify quarantines the digest that the pods pulled, not the written one, when a push came in between', async () => {
  const { before, decided, pulled, id } = await overtaken(crash);

  await ns.work(async () => expect((await ns.rollout(id)).state).toBe('failed'));

  const { quarantine, digests } = await ns.state('web');
  expect(quarantine.map(({ digest }) => digest)).toEqual([pulled]);
  expect(quarantine.map(({ digest }) => digest)).not.toContain(decided);
  expect(digests['app']?.lastGood).toBe(before);
});

it('rollout-verify does not call a digest proven that no pod ran (law 14)', async () => {
  const { before, id } = await overtaken();

  await ns.work(async () => expect((await ns.rollout(id)).state).toMatch(/unproven|superseded/));

  expect((await ns.state('web')).digests['app']?.lastGood).toBe(before);
});
