import type { Digest } from '@keelson/image';
import { expect, it } from 'vitest';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

const flux = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };

let ns: TestNamespace;
/** Whether a mirror before the node answers with the first image that the tag named. */
let lags: boolean;
useTestNamespace(
  (opened) => {
    ns = opened;
    lags = true;
  },
  { times: { readyMs: 50, backoffMs: 200 }, keepsTag: () => lags },
);

const good = async () => (await ns.state('web')).digests['app']?.lastGood;
const runs = (digest: Digest) =>
  soon(() => {
    const pods = ns.deps.view.podsOfNewestRevision(ns.workload('web')).filter(({ deleting }) => !deleting);
    expect(pods.map(({ containers }) => containers[0]?.imageID)).toEqual([expect.stringContaining(digest)]);
  });
const restart = () =>
  ns.patch('web', { spec: { template: { metadata: { annotations: { restarted: String(Date.now()) } } } } });

/** `web`, to which Keelson rolled out a push while the mirror answered as the registry does. */
async function rolledOut(labels: Readonly<Record<string, string>>) {
  const before = await ns.running('web', { labels });
  await ns.record('web');
  await ns.check('web');
  lags = false;
  const after = await ns.push('latest');
  await ns.check('web');
  await ns.work(async () => expect(await good()).toBe(after));
  lags = true;
  return { before, after };
}

it('a digest is rolled out again where the manifest was applied again and pods started with an older one (law 16)', async () => {
  const { before, after } = await rolledOut({});
  const image = ns.image('latest');
  await ns.patch('web', { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } });
  await runs(before);

  await ns.check('web');

  const rollout = (await ns.rollouts('web'))[0];
  expect(rollout).toMatchObject({
    code: 'running-another-digest',
    message: expect.stringContaining(`but the pods run ${before.slice(0, 19)}`),
    changes: [{ from: { digest: before }, to: { digest: after } }],
  });
  await ns.work(async () => expect((await ns.rollout(rollout?.id ?? '')).state).toBe('succeeded'));
  await runs(after);
  expect(await ns.check('web')).toMatchObject({ code: 'up-to-date' });
});

it('a digest beside the image is written into it once restarted pods start with an older one (law 16)', async () => {
  const { before, after } = await rolledOut(flux);
  await restart();
  await runs(before);

  await ns.check('web');

  const [rollout] = await ns.rollouts('web');
  expect(rollout).toMatchObject({ code: 'running-another-digest' });
  await ns.work(async () => expect((await ns.rollout(rollout?.id ?? '')).state).toBe('succeeded'));
  await runs(after);
});

it('pods that pulled a newer push than the shared answer of the registry are not moved back', async () => {
  const { after } = await rolledOut(flux);
  const since = Date.now() - 30_000;
  lags = false;
  const newer = await ns.push('latest');
  await restart();
  await runs(newer);

  await ns.check('web', since);

  const [rollout] = await ns.rollouts('web');
  expect(rollout).toMatchObject({ code: 'new-digest', changes: [{ from: { digest: after }, to: { digest: newer } }] });
});

it('a check fails with one error where the registry has no manifest to compare with', async () => {
  await ns.running('web');
  await ns.record('web');
  lags = false;
  const pushed = await ns.push('latest');
  const fault = { type: 'status', status: 503 } as const;
  ns.env.registry.faults.inject({ path: `manifests/${pushed}`, fault });

  // Vitest fails on a rejection that nobody handles, which ends a worker.
  expect(await ns.check('web')).toMatchObject({ code: 'unavailable', error: { code: 'unavailable' } });
});
