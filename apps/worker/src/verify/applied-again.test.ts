import type { Digest } from '@keelson/image';
import { expect, it } from 'vitest';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';

const crash = { 'sh.keelson.outcome': 'crash' };

let ns: TestNamespace;
useTestNamespace(
  (opened) => {
    ns = opened;
  },
  { times: { readyMs: 100, backoffMs: 200 } },
);

/** A Deployment that runs a good digest which Keelson rolled out. Returns that digest. */
async function runGood(): Promise<Digest> {
  await ns.running('web');
  await ns.record('web');
  await ns.check('web');
  return pushAndProve();
}

async function pushAndProve(): Promise<Digest> {
  const good = await ns.push('latest');
  await ns.check('web');
  await ns.work(async () => expect((await digests())?.lastGood).toBe(good));
  return good;
}

const digests = async () => (await ns.state('web')).digests['app'];

/** As a pipeline that knows no digest applies it. `env` is part of its manifest. */
const applyManifest = (env: readonly { readonly name: string; readonly value: string }[] = []) =>
  ns.patch('web', { spec: { template: { spec: { containers: [{ name: 'app', image: ns.image('latest'), env }] } } } });

/** Pushes an image and writes its digest; then the manifest is applied, which names the tag alone. Returns the digest. */
async function pushAndApply(labels: Readonly<Record<string, string>>): Promise<Digest> {
  const pushed = await ns.push('latest', labels);
  await ns.check('web');
  const [rollout] = await ns.rollouts('web');
  await ns.write(rollout?.id ?? '');
  await soon(() => expect(ns.imageOf('web')).toBe(`${ns.image('latest')}@${pushed}`));
  await applyManifest();
  await soon(() => expect(ns.imageOf('web')).toBe(ns.image('latest')));
  return pushed;
}

it('a bad digest is quarantined and rolled back though the manifest was applied again with the tag alone (law 6)', async () => {
  const good = await runGood();
  const bad = await pushAndApply(crash);

  await ns.work(async () =>
    expect((await ns.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', state: 'succeeded' }),
  );

  const state = await ns.state('web');
  expect(state.quarantine.map(({ digest }) => digest)).toEqual([bad]);
  expect(state.hold).toBeUndefined();
  expect(ns.imageOf('web')).toBe(`${ns.image('latest')}@${good}`);
  const [, update] = await ns.rollouts('web');
  expect(update?.transitions.map(({ code }) => code)).toEqual(expect.arrayContaining(['applied-again', 'crash-loop']));
});

it('good digests become the last good ones under a controller that applies the manifest again and again', async () => {
  await runGood();
  let stopped = false;
  const controller = (async () => {
    while (!stopped) {
      await applyManifest();
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  })();

  try {
    await pushAndProve();
    await pushAndProve();
  } finally {
    stopped = true;
    await controller;
  }
  expect((await ns.state('web')).hold).toBeUndefined();
});

it('a digest is written again where the manifest brings back an older revision whose pods still run', async () => {
  const before = await ns.running('web');
  await ns.record('web');
  await ns.check('web');
  // Nobody had pinned the digest: the manifest brings back the very revision that runs.
  const pushed = await pushAndApply({});
  await ns.work(async () => expect((await digests())?.lastGood).not.toBe(before));

  const [rollout] = await ns.rollouts('web');
  expect(rollout).toMatchObject({ state: 'succeeded', changes: [{ to: { digest: pushed } }] });
  const codes = rollout?.transitions.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(['applied-again', 'reverted-meanwhile']));
  const pods = ns.deps.view.podsOfNewestRevision(ns.workload('web'));
  expect(pods.map(({ containers }) => containers[0]?.imageID)).toEqual([expect.stringContaining(pushed)]);
});

it.each([
  ['the workload is restarted', { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-30T06:30:00Z' } }],
  ['the manifest names another commit', { labels: { 'example.com/commit': 'abc123' } }],
])('a bad digest is quarantined and rolled back though %s while it starts (law 6)', async (_, metadata) => {
  const good = await runGood();
  const bad = await ns.push('latest', crash);
  await ns.check('web');
  const [rollout] = await ns.rollouts('web');
  await ns.write(rollout?.id ?? '');
  await soon(() => expect(ns.imageOf('web')).toContain(bad));
  await ns.patch('web', { spec: { template: { metadata } } });

  await ns.work(async () =>
    expect((await ns.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', state: 'succeeded' }),
  );

  expect((await ns.state('web')).quarantine.map(({ digest }) => digest)).toEqual([bad]);
  expect((await digests())?.lastGood).toBe(good);
});

/** A bad push, in whose rollout somebody else changes more of the pod template than the digest. Returns it and the good one. */
async function changeBadPush() {
  const good = await runGood();
  const bad = await ns.push('latest', crash);
  await ns.check('web');
  const [{ id } = { id: '' }] = await ns.rollouts('web');
  await ns.write(id);
  await soon(() => expect(ns.imageOf('web')).toContain(bad));
  await applyManifest([{ name: 'COLOUR', value: 'blue' }]);
  return { good, bad, id };
}

it('a bad digest is rolled back though the pod template was changed meanwhile, and the change stays (law 14)', async () => {
  const { good, bad, id } = await changeBadPush();

  await ns.work(async () =>
    expect((await ns.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', state: 'succeeded' }),
  );

  expect((await ns.rollout(id)).transitions.at(-1)?.message).toContain('the last good image shows which');
  expect((await ns.state('web')).quarantine.map(({ digest }) => digest)).toEqual([bad]);
  expect(ns.imageOf('web')).toContain(good);
  const found = await ns.http.request({ path: `/apis/apps/v1/namespaces/${ns.namespace}/deployments/web` });
  const containers = [{ env: [{ name: 'COLOUR', value: 'blue' }] }];
  expect(found).toMatchObject({ spec: { template: { spec: { containers } } } });
});

it.each([
  ['applied again', 'applied-again', () => applyManifest()],
  ['changed', 'changed-meanwhile', () => applyManifest([{ name: 'COLOUR', value: 'blue' }])],
])('a soak begins anew when the manifest is %s', async (_, code, apply) => {
  await runGood();
  await ns.patch('web', { metadata: { annotations: { 'keelson.sh/soak': '10m' } } });
  const pushed = await ns.push('latest');
  await ns.check('web');
  const [{ id } = { id: '' }] = await ns.rollouts('web');
  await ns.write(id);
  const soaking = (steps: readonly string[]) =>
    soon(async () => {
      const { soak, transitions } = await ns.verify(id);
      expect(transitions.map((each) => each.code).filter((each) => steps.includes(each))).toEqual(steps);
      return soak?.since ?? 0;
    });
  const before = await soaking(['written', 'soaking']);

  ns.clock.ahead = 540_000;
  await apply();
  await soon(() => expect(ns.imageOf('web')).toBe(ns.image('latest')));
  const after = await soaking(['written', code]);
  const anew = await soon(async () => {
    const { soak } = await ns.verify(id);
    expect(soak?.since).not.toBe(before);
    return soak?.since ?? 0;
  });

  expect(after).toBe(before);
  expect(anew - before).toBeGreaterThan(500_000);
  ns.clock.ahead = 700_000;
  expect((await ns.verify(id)).state).toBe('verifying');
  ns.clock.ahead = 1_200_000;
  expect((await ns.verify(id)).state).toBe('succeeded');
  expect((await digests())?.lastGood).toBe(pushed);
  ns.clock.ahead = 0;
});
