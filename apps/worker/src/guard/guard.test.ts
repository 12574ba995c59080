import { parseDigest } from '@keelson/image';
import { expect, it } from 'vitest';
import { rolledOut } from '../testing/rolled-out.ts';
import { soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { createGuard } from './guard.ts';

const state = 'keelson.sh/state';
const key = 'digest.keelson.sh/app';
const flux = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

const guard = () =>
  createGuard(ns.deps)({ workload: ns.id('web') }, { signal: new AbortController().signal, attempt: 1 });

/** The same, unless a rollout is under way: beside it, the guard's own writes would have the rollout's tried again, later and later. */
async function guardBetweenRollouts(): Promise<void> {
  if ((await ns.state('web')).active === undefined) await guard();
}

const pin = () => ns.workload('web').templateAnnotations[key];
/** The same, read from the API server. */
const livePin = async () => (await ns.deps.reader.readWorkload(ns.key('web')))?.templateAnnotations[key];

const rolledOutByFlux = () => rolledOut(ns, { labels: flux });

const removePin = () => ns.patch('web', { spec: { template: { metadata: { annotations: { [key]: null } } } } });

it('whoever reconciles next ends a hold on Flux that a worker left behind, once its time has come, and no hold of a user', async () => {
  await rolledOutByFlux();
  const reconcile = 'kustomize.toolkit.fluxcd.io/reconcile';
  const annotations = async () => (await ns.deps.reader.readWorkload(ns.key('web')))?.annotations ?? {};
  const hold = async (time: string | null) => {
    await ns.patch('web', {
      metadata: { annotations: { [reconcile]: 'disabled', 'keelson.sh/flux-hold-until': time } },
    });
    await soon(() => expect(ns.workload('web').annotations[reconcile]).toBe('disabled'));
  };
  await hold(new Date(ns.deps.now() - 1).toISOString());
  await ns.reconciler().reconcileAll();
  await ns.runFunctions(async () => expect((await annotations())[reconcile]).toBeUndefined());
  expect((await annotations())['keelson.sh/flux-hold-until']).toBeUndefined();

  await soon(() => expect(ns.workload('web').annotations[reconcile]).toBeUndefined());
  await hold(null);
  await guard();
  expect((await annotations())[reconcile]).toBe('disabled');
});

it('guard writes the state of Redis into the workload', async () => {
  const pushed = await rolledOutByFlux();

  expect(JSON.parse(ns.workload('web').annotations[state] ?? '')).toMatchObject({
    digests: { app: { rolledOut: pushed, lastGood: pushed, written: { path: 'template-annotation' } } },
    quarantine: [],
  });
});

it('guard restores a removed pin by a rollout that names the manager', async () => {
  const pushed = await rolledOutByFlux();
  await removePin();
  await soon(() => expect(pin()).toBeUndefined());
  await guard();
  await ns.work(async () => expect((await ns.rollouts('web'))[0]).toMatchObject({ state: 'succeeded' }));

  await soon(() => expect(pin()).toContain(pushed));
  expect((await ns.rollouts('web'))[0]).toMatchObject({ code: 'pin-restored', trigger: 'guard', kind: 'rollback' });
});

/** Removes the pin under this manager's name, and runs the guard until it is restored or the workload is on hold. */
async function removedBy(manager: string): Promise<void> {
  const body = { spec: { template: { metadata: { annotations: { [key]: null } } } } };
  await ns.patch('web', body, undefined, manager);
  await soon(() => expect(pin()).toBeUndefined());
  await ns.work(async () => {
    await guardBetweenRollouts();
    const { hold, active } = await ns.state('web');
    expect(hold !== undefined || (pin() !== undefined && active === undefined)).toBe(true);
  });
}

it('guard restores a pin that is removed now and then, and holds a workload whose pin is removed again and again, under whatever name (law 9)', async () => {
  await rolledOutByFlux();
  for (const name of ['alice', 'bob', 'carol']) {
    await removedBy(name);
    expect((await ns.state('web')).hold).toBeUndefined();
  }
  await removedBy('dave');

  expect((await ns.state('web')).hold).toMatchObject({
    code: 'reverted',
    message: expect.stringMatching(/removed .* 4 times within an hour\. Keelson leaves it so\. .*next push/),
  });
  expect(pin()).toBeUndefined();
  const { reverted } = await ns.state('web');
  await guard();
  expect(await livePin(), 'no pin is restored').toBeUndefined();
  const after = await ns.state('web');
  expect(after.active, 'no rollout began').toBeUndefined();
  expect(after.reverted, 'the hold is recorded once').toEqual(reverted);
  await soon(() => expect(ns.workload('web').annotations[state], 'the workload has it').toContain('"reverted"'));

  const pushed = await ns.push('latest');
  await ns.check('web');
  await ns.work(async () => expect((await ns.rollouts('web'))[0]).toMatchObject({ state: 'succeeded' }));
  expect((await ns.state('web')).hold, 'a newer push ends the hold').toBeUndefined();
  expect(pin()).toContain(pushed);
});

it('guard puts a workload on hold that another run has counted and not put on hold yet (laws 4 and 9)', async () => {
  await rolledOutByFlux();
  await removePin();
  await soon(() => expect(pin()).toBeUndefined());
  for (let times = 1; times <= 4; times++) await ns.deps.history.noteReverted(ns.id('web'), 'eve', () => 0);

  await guard();

  const { hold, active } = await ns.state('web');
  expect(hold).toMatchObject({ code: 'reverted', message: expect.stringContaining('eve removed') });
  expect(active).toBeUndefined();
});

it('guard keeps another hold, and restores a removed pin all the same', async () => {
  const pushed = await rolledOutByFlux();
  await ns.deps.history.hold(ns.id('web'), { code: 'paused', message: 'Paused.', at: 1 });
  for (let times = 1; times <= 5; times++) {
    await removePin();
    await soon(() => expect(pin()).toBeUndefined());
    await ns.work(async () => {
      await guardBetweenRollouts();
      expect(pin()).toContain(pushed);
    });
  }

  expect((await ns.state('web')).hold).toMatchObject({ code: 'paused' });
});

/** A Deployment that nobody reconciles: a good digest runs, pinned; the tag means one that crashes. */
async function quarantinedTag(): Promise<{ good: string; apply: () => Promise<unknown> }> {
  const good = await ns.running('web');
  await ns.record('web');
  await ns.check('web');
  await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.check('web');
  await ns.work(async () =>
    expect((await ns.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', state: 'succeeded' }),
  );
  const containers = [{ name: 'app', image: ns.image('latest') }];
  return { good, apply: () => ns.patch('web', { spec: { template: { spec: { containers } } } }) };
}

it('guard waits longer each time before it restores a pin, and counts a revert once however often it runs (law 9)', async () => {
  const { good, apply } = await quarantinedTag();
  const run = createGuard({ ...ns.deps, restorePausesMs: [0, 60_000] });
  const guardOnce = () => run({ workload: ns.id('web') }, { signal: new AbortController().signal, attempt: 1 });
  const restored = () => soon(() => expect(ns.imageOf('web')).toContain(good));

  await apply();
  await soon(() => expect(ns.imageOf('web')).not.toContain('@'));
  await guardOnce();
  await ns.work(restored);
  await ns.work(async () => expect((await ns.state('web')).active).toBeUndefined());

  await apply();
  await soon(() => expect(ns.imageOf('web')).not.toContain('@'));
  await guardOnce();
  await guardOnce();
  const { reverted, active } = await ns.state('web');
  expect(reverted).toMatchObject({ times: 2 });
  expect(reverted?.restoreAt).toBe((reverted?.at ?? 0) + 60_000);
  expect(active).toBeUndefined();

  ns.clock.ahead = 61_000;
  // As another worker does, which knows only what is stored.
  await guardOnce();
  await ns.work(restored);
  expect((await ns.state('web')).hold).toBeUndefined();
});

it('guard goes on restoring a pin without which a quarantined digest runs, whoever removes it, and says so (laws 7 and 9)', async () => {
  const { good, apply } = await quarantinedTag();
  for (let times = 1; times <= 6; times++) {
    await apply();
    await soon(() => expect(ns.imageOf('web')).not.toContain('@'));
    await ns.work(async () => {
      await guardBetweenRollouts();
      expect(ns.imageOf('web')).toContain(good);
      expect((await ns.state('web')).active).toBeUndefined();
    });
  }

  expect((await ns.state('web')).hold).toMatchObject({
    code: 'reverted',
    message: expect.stringMatching(/^kubectl removed .*quarantined digest.*goes on restoring it.*keelson-pin/),
  });
});

it('a check has a pin restored that is necessary since the tag moved to a quarantined digest (law 7)', async () => {
  const { good, apply } = await quarantinedTag();
  const observed = [{ container: 'app', digest: parseDigest(good) }];
  await ns.deps.history.putCheck(ns.id('web'), { at: 1, code: 'up-to-date', message: 'So it is.', observed });
  await apply();
  await soon(() => expect(ns.imageOf('web')).not.toContain('@'));
  await guard();
  expect((await ns.state('web')).active, 'the tag means it').toBeUndefined();

  await ns.check('web');

  await ns.work(() => soon(() => expect(ns.imageOf('web')).toContain(good)));
});

it('a worker that starts has a pin restored that was removed while none ran (law 1)', async () => {
  const pushed = await rolledOutByFlux();
  await removePin();
  await soon(() => expect(pin()).toBeUndefined());

  await ns.reconciler().reconcileAll();

  await ns.work(() => soon(() => expect(pin()).toContain(pushed)));
});

it('guard reclaims a pin that another manager took over, although the object changes meanwhile', async () => {
  const gone = await rolledOutByFlux();
  const pushed = await ns.push('latest');
  await ns.check('web');
  await ns.work(async () => expect(ns.workload('web').annotations[state]).toContain(`"lastGood":"${pushed}"`));
  await ns.http.request({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${ns.namespace}/deployments/web`,
    query: { fieldManager: 'kubectl-rollout' },
    contentType: 'application/json-patch+json',
    body: [
      {
        op: 'replace',
        path: '/spec/template/metadata/annotations',
        value: { [key]: `${ns.image('latest')}@${gone}` },
      },
    ],
  });
  const owners = () => ns.workload('web').writers[key]?.map(({ manager }) => manager);
  await soon(() => expect(owners()).toEqual(['kubectl-rollout']));
  const moved = ns.env.cluster.faults.fail(
    { method: 'PATCH', path: ns.namespace },
    { status: 409, times: 1, message: 'the object has been modified' },
  );
  await guard();
  expect(moved.hits).toBe(1);

  await ns.runFunctions(() => soon(() => expect(owners()).toContain('keelson')));
  expect(pin(), 'the value stays').toContain(gone);
  expect(await ns.rollouts('web')).toHaveLength(2);
});

it('guard restores nothing once a workload is switched off', async () => {
  await rolledOutByFlux();
  await ns.deps.history.hold(ns.id('web'), { code: 'off', message: 'Switched off.', at: 1 });
  await removePin();
  await soon(() => expect(pin()).toBeUndefined());
  await guard();

  expect(await livePin()).toBeUndefined();
  expect(await ns.rollouts('web')).toHaveLength(1);
});

it('guard does nothing while a rollout is under way', async () => {
  await rolledOutByFlux();
  await removePin();
  await soon(() => expect(pin()).toBeUndefined());
  await ns.begin('web', await ns.push('latest'));
  await guard();

  expect((await ns.rollouts('web')).map(({ code }) => code)).not.toContain('pin-restored');
});
