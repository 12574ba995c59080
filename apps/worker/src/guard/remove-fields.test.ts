import { expect, it } from 'vitest';
import { followed } from '../testing/manifests.ts';
import { rolledBack, rolledOut } from '../testing/rolled-out.ts';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { createRemoveFields } from './remove-fields.ts';

const state = 'keelson.sh/state';

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

const remove = () =>
  createRemoveFields(ns.deps, ns.pullSecrets)(
    { workload: ns.id('web') },
    { signal: new AbortController().signal, attempt: 1 },
  );
/** Read from the API server. */
const live = async () => {
  const workload = await ns.deps.reader.readWorkload(ns.key('web'));
  return { image: workload?.containers[0]?.image, state: workload?.annotations[state] };
};
const off = (more: { readonly startQuarantined?: true; readonly at?: number } = {}) =>
  ns.deps.history.hold(ns.id('web'), { code: 'off', message: 'Switched off.', at: 1, ...more });

it('remove-fields takes the pin out of the image of a workload that nobody reconciles', async () => {
  const good = await rolledOut(ns);
  expect((await live()).image).toBe(`${ns.image('latest')}@${good}`);
  await off();
  await remove();

  expect(await live()).toEqual({ image: ns.image('latest'), state: undefined });
});

it('remove-fields removes nothing while a quarantined digest would start, until the tag means another one or the user says so (law 7)', async () => {
  const good = await rolledBack(ns);
  await off();
  await remove();
  expect((await live()).image).toContain(good);
  expect(ns.lines.join()).toContain(`Container app stays pinned to ${good.slice(0, 19)}`);

  await off({ startQuarantined: true });
  await remove();
  expect(await live()).toEqual({ image: ns.image('latest'), state: undefined });
});

it('a rollback that began before Keelson was switched off is still written, unless the user said that the digest may start (law 7)', async () => {
  const good = await rolledOut(ns);
  await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.check('web');
  const newest = async () => (await ns.rollouts('web'))[0]?.id ?? '';
  const update = await newest();
  await ns.write(update);
  await soon(async () => expect((await ns.verify(update)).state).toBe('failed'));
  const now = { at: ns.deps.now() };

  await off(now);
  await remove();
  expect((await live()).image).toContain('@');
  await ns.work(async () => expect((await ns.rollouts('web'))[0]).toMatchObject({ state: 'succeeded' }));
  await remove();
  expect((await live()).image).toContain(good);

  await off({ ...now, startQuarantined: true });
  await remove();
  expect((await live()).image).toBe(ns.image('latest'));
});

it('remove-fields ends a hold on Flux that a worker left behind, beside a pin that stays, and no hold of a user', async () => {
  const good = await rolledBack(ns);
  const reconcile = 'kustomize.toolkit.fluxcd.io/reconcile';
  const until = 'keelson.sh/flux-hold-until';
  const hold = async (time: string | null) => {
    await ns.patch('web', { metadata: { annotations: { [reconcile]: 'disabled', [until]: time } } });
    await remove();
    return (await ns.deps.reader.readWorkload(ns.key('web')))?.annotations ?? {};
  };
  await off();

  expect((await hold(new Date(ns.deps.now() + 60_000).toISOString()))[reconcile]).toBe('disabled');
  const after = await hold(new Date(ns.deps.now() - 1).toISOString());
  expect([after[reconcile], after[until]]).toEqual([undefined, undefined]);
  expect((await hold(null))[reconcile]).toBe('disabled');
  expect((await live()).image).toContain(good);
});

it('a workload whose policy is removed keeps its pin with a warning while its tag means a quarantined digest, and loses it after the next push (law 7)', async () => {
  const good = await rolledBack(ns);
  const annotations = Object.fromEntries(Object.keys(followed).map((key) => [key, null]));
  await ns.patch('web', { metadata: { annotations: { ...annotations, 'keelson.sh/deadline': '1m' } } });
  await soon(() => expect(ns.workload('web').annotations['keel.sh/policy']).toBeUndefined());
  const reconciler = ns.reconciler();
  await reconciler.reconcileAll();
  await ns.runFunctions(async () => expect(ns.lines.join()).toContain('Keelson removes no pin'));
  expect((await live()).image).toContain(good);
  const warnings = (await ns.state('web')).record.warnings.map(({ code }) => code);
  expect(warnings).toContain('still-pinned');

  await ns.push('latest');
  // Whoever holds the lease next.
  await ns.reconciler().reconcileAll();
  await ns.runFunctions(async () => expect(await live()).toEqual({ image: ns.image('latest'), state: undefined }));
  await soon(() => expect(ns.workload('web').annotations[state]).toBeUndefined());
  await reconciler.reconcile(ns.key('web'));
  expect((await ns.state('web')).record.warnings.map(({ code }) => code)).not.toContain('still-pinned');
});

it('the removal that a user requested is made after the worker died, too', async () => {
  await rolledOut(ns);
  await off();
  await ns.reconciler().reconcileAll();
  await ns.runFunctions(async () => expect(await live()).toEqual({ image: ns.image('latest'), state: undefined }));
});

it('remove-fields leaves a workload alone that is followed again', async () => {
  const good = await rolledOut(ns);
  await remove();
  expect((await live()).image).toContain(good);
});

it('image-patch writes no rollback into a workload that was switched off', async () => {
  const good = await rolledOut(ns);
  const version = { tag: 'latest', digest: await ns.push('latest') };
  const begun = await ns.deps.history.begin({
    workload: ns.id('web'),
    kind: 'rollback',
    trigger: 'verdict',
    code: 'rolled-back',
    message: 'Back.',
    changes: [{ container: 'app', image: ns.repository(), from: {}, to: version }],
  });
  await off();
  if (begun.outcome !== 'created') throw new Error(begun.outcome);
  await ns.write(begun.rollout.id);
  expect(await ns.rollout(begun.rollout.id)).toMatchObject({ state: 'cancelled' });
  expect((await live()).image).toContain(good);
});

const follow = (annotations: Readonly<Record<string, string | null>>) => ns.patch('web', { metadata: { annotations } });

it.each<[string, { off: () => Promise<unknown>; on: () => Promise<unknown> }]>([
  ['switched off', { off, on: () => ns.deps.history.resume(ns.id('web')) }],
  [
    'no longer followed',
    {
      off: () => follow(Object.fromEntries(Object.keys(followed).map((key) => [key, null]))),
      on: () => follow(followed),
    },
  ],
])('nobody else is said to have removed what Keelson removed when it was %s (law 16)', async (_, { off: end, on }) => {
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };
  await rolledOut(ns, { labels });
  await end();
  await remove();
  await on();
  await soon(() => expect(ns.workload('web').annotations).toMatchObject(followed));
  await soon(() => expect(ns.workload('web').annotations[state]).toBeUndefined());
  await ns.record('web');

  await ns.guard('web');

  const [restored] = await ns.rollouts('web');
  expect(restored).toMatchObject({ code: 'pin-restored', message: expect.stringMatching(/^Keelson removed sha256:/) });
  expect((await ns.state('web')).reverted).toBeUndefined();
  await ns.write(restored?.id ?? '');
  expect((await ns.state('web')).digests['app']?.written).not.toHaveProperty('removed');
});
