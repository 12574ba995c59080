import { expect, it } from 'vitest';
import { FOLLOWED } from '../testing/manifests.ts';
import { quiet, soon } from '../testing/test-env.ts';
import type { TestNamespace } from '../testing/test-namespace.ts';
import { useTestNamespace } from '../testing/use-test-namespace.ts';
import { createGuard } from './guard.ts';

const STATE = 'keelson.sh/state';
const KEY = 'digest.keelson.sh/app';
const FLUX = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };

let ns: TestNamespace;
useTestNamespace((opened) => {
  ns = opened;
});

const guard = () =>
  createGuard(ns.deps)({ workload: ns.id('web') }, { signal: new AbortController().signal, attempt: 1 });

const mark = () => ns.workload('web').templateAnnotations[KEY];

/** A Deployment of Flux to which Keelson rolled something out. */
async function rolledOut(labels: Readonly<Record<string, string>> = FLUX): Promise<string> {
  await ns.running('web', { labels });
  await ns.known('web');
  await ns.poll('web');
  const pushed = await ns.push('latest');
  await ns.poll('web');
  await ns.work(async () => expect(ns.workload('web').annotations[STATE]).toContain(`"lastGood":"${pushed}"`));
  return pushed;
}

const takeAway = () => ns.patch('web', { spec: { template: { metadata: { annotations: { [KEY]: null } } } } });

it('writes into the workload what Redis knows of it', async () => {
  const pushed = await rolledOut();

  expect(JSON.parse(ns.workload('web').annotations[STATE] ?? '')).toMatchObject({
    digests: { app: { rolledOut: pushed, lastGood: pushed, written: { path: 'template-annotation' } } },
    quarantine: [],
  });
});

it('puts a digest back that somebody took away, by a rollout that says who did it', async () => {
  const pushed = await rolledOut();
  await takeAway();
  await soon(() => expect(mark()).toBeUndefined());
  await guard();
  await ns.work(async () => expect((await ns.rollouts('web'))[0]).toMatchObject({ state: 'succeeded' }));

  await soon(() => expect(mark()).toContain(pushed));
  expect((await ns.rollouts('web'))[0]).toMatchObject({ code: 'pin-restored', trigger: 'guard', kind: 'rollback' });
});

it('stops when the same manager takes it away twice, and says who and what to do (law 9)', async () => {
  await rolledOut();
  for (const _ of ['once', 'twice']) {
    await takeAway();
    await soon(() => expect(mark()).toBeUndefined());
    await ns.work(async () => {
      await guard();
      const { hold, active } = await ns.state('web');
      expect(hold !== undefined || (mark() !== undefined && active === undefined)).toBe(true);
    });
  }

  expect((await ns.state('web')).hold).toMatchObject({
    code: 'reverted',
    message: expect.stringMatching(/took .* away twice.*resume/),
  });
  expect(mark()).toBeUndefined();
  const { reverted } = await ns.state('web');
  await guard();
  await quiet(300);
  expect(mark(), 'nothing more is put back').toBeUndefined();
  expect((await ns.state('web')).reverted, 'it is said once').toEqual(reverted);
  await soon(() => expect(ns.workload('web').annotations[STATE], 'the workload carries it').toContain('"reverted"'));
});

it('records a mark as its own again although the object moves on meanwhile', async () => {
  const gone = await rolledOut();
  const pushed = await ns.push('latest');
  await ns.poll('web');
  await ns.work(async () => expect(ns.workload('web').annotations[STATE]).toContain(`"lastGood":"${pushed}"`));
  await ns.http.request({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${ns.namespace}/deployments/web`,
    query: { fieldManager: 'kubectl-rollout' },
    contentType: 'application/json-patch+json',
    body: [
      {
        op: 'replace',
        path: '/spec/template/metadata/annotations',
        value: { [KEY]: `${ns.image('latest')}@${gone}` },
      },
    ],
  });
  const owners = () => ns.workload('web').writers[KEY]?.map(({ manager }) => manager);
  await soon(() => expect(owners()).toEqual(['kubectl-rollout']));
  const moved = ns.env.cluster.faults.fail(
    { method: 'PATCH', path: ns.namespace },
    { status: 409, times: 1, message: 'the object has been modified' },
  );
  await guard();
  expect(moved.hits).toBe(1);

  await ns.runFunctions(() => soon(() => expect(owners()).toContain('keelson')));
  expect(mark(), 'the value stays').toContain(gone);
  expect(await ns.rollouts('web')).toHaveLength(2);
});

it('leaves everything alone once a workload is switched off', async () => {
  await rolledOut();
  await ns.deps.history.hold(ns.id('web'), { code: 'off', message: 'Switched off.', at: 1 });
  await takeAway();
  await soon(() => expect(mark()).toBeUndefined());
  await guard();
  await quiet(300);

  expect(mark()).toBeUndefined();
  expect(await ns.rollouts('web')).toHaveLength(1);
});

it('does nothing while a rollout is under way', async () => {
  await rolledOut();
  await takeAway();
  await soon(() => expect(mark()).toBeUndefined());
  await ns.begin('web', await ns.push('latest'));
  await guard();

  expect((await ns.rollouts('web')).map(({ code }) => code)).not.toContain('pin-restored');
});

it('keeps what failed away though Redis lost everything and the old image was put back (laws 7 and 13)', async () => {
  const good = await ns.running('web', { annotations: { ...FOLLOWED } });
  await ns.known('web');
  await ns.poll('web');
  await ns.push('latest', { 'sh.keelson.outcome': 'crash' });
  await ns.poll('web');
  await ns.work(async () => {
    expect((await ns.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', state: 'succeeded' });
    expect(ns.workload('web').annotations[STATE]).toContain('crash-loop');
  });

  await ns.env.redis.flush();
  await ns.known('web');

  expect(await ns.poll('web')).toMatchObject({ code: 'quarantined' });
  expect((await ns.state('web')).digests['app']).toMatchObject({ lastGood: good });
});
