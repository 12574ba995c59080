import { expect, it } from 'vitest';
import type { Corner } from '../testing/corner.ts';
import { inCorners } from '../testing/in-corners.ts';
import { FOLLOWED } from '../testing/manifests.ts';
import { quiet, soon } from '../testing/place.ts';
import { createGuard } from './guard.ts';

const STATE = 'keelson.sh/state';
const KEY = 'digest.keelson.sh/app';
const FLUX = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };

let corner: Corner;
inCorners((opened) => {
  corner = opened;
});

const guard = () =>
  createGuard(corner.deps)({ workload: corner.id('web') }, { signal: new AbortController().signal, attempt: 1 });

const mark = () => corner.workload('web').templateAnnotations[KEY];

/** A Deployment of Flux to which Keelson rolled something out. */
async function rolledOut(labels: Readonly<Record<string, string>> = FLUX): Promise<string> {
  await corner.running('web', { labels });
  await corner.known('web');
  await corner.poll('web');
  const pushed = await corner.push('latest');
  await corner.poll('web');
  await corner.work(async () => expect(corner.workload('web').annotations[STATE]).toContain(`"lastGood":"${pushed}"`));
  return pushed;
}

const takeAway = () => corner.patch('web', { spec: { template: { metadata: { annotations: { [KEY]: null } } } } });

it('writes into the workload what Redis knows of it', async () => {
  const pushed = await rolledOut();

  expect(JSON.parse(corner.workload('web').annotations[STATE] ?? '')).toMatchObject({
    digests: { app: { rolledOut: pushed, lastGood: pushed, written: { path: 'template-annotation' } } },
    quarantine: [],
  });
});

it('puts a digest back that somebody took away, by a rollout that says who did it', async () => {
  const pushed = await rolledOut();
  await takeAway();
  await soon(() => expect(mark()).toBeUndefined());
  await guard();
  await corner.work(async () => expect((await corner.rollouts('web'))[0]).toMatchObject({ state: 'succeeded' }));

  await soon(() => expect(mark()).toContain(pushed));
  expect((await corner.rollouts('web'))[0]).toMatchObject({ code: 'pin-restored', trigger: 'guard', kind: 'rollback' });
});

it('stops when the same manager takes it away twice, and says who and what to do (law 9)', async () => {
  await rolledOut();
  for (const _ of ['once', 'twice']) {
    await takeAway();
    await soon(() => expect(mark()).toBeUndefined());
    await corner.work(async () => {
      await guard();
      const { hold, active } = await corner.state('web');
      expect(hold !== undefined || (mark() !== undefined && active === undefined)).toBe(true);
    });
  }

  expect((await corner.state('web')).hold).toMatchObject({
    code: 'reverted',
    message: expect.stringMatching(/took .* away twice.*resume/),
  });
  expect(mark()).toBeUndefined();
  const { reverted } = await corner.state('web');
  await guard();
  await quiet(300);
  expect(mark(), 'nothing more is put back').toBeUndefined();
  expect((await corner.state('web')).reverted, 'it is said once').toEqual(reverted);
  await soon(() =>
    expect(corner.workload('web').annotations[STATE], 'the workload carries it').toContain('"reverted"'),
  );
});

it('records a mark as its own again although the object moves on meanwhile', async () => {
  const gone = await rolledOut();
  const pushed = await corner.push('latest');
  await corner.poll('web');
  await corner.work(async () => expect(corner.workload('web').annotations[STATE]).toContain(`"lastGood":"${pushed}"`));
  await corner.http.request({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${corner.namespace}/deployments/web`,
    query: { fieldManager: 'kubectl-rollout' },
    contentType: 'application/json-patch+json',
    body: [
      {
        op: 'replace',
        path: '/spec/template/metadata/annotations',
        value: { [KEY]: `${corner.image('latest')}@${gone}` },
      },
    ],
  });
  const owners = () => corner.workload('web').writers[KEY]?.map(({ manager }) => manager);
  await soon(() => expect(owners()).toEqual(['kubectl-rollout']));
  const moved = corner.place.cluster.faults.fail(
    { method: 'PATCH', path: corner.namespace },
    { status: 409, times: 1, message: 'the object has been modified' },
  );
  await guard();
  expect(moved.hits).toBe(1);

  await corner.runFunctions(() => soon(() => expect(owners()).toContain('keelson')));
  expect(mark(), 'the value stays').toContain(gone);
  expect(await corner.rollouts('web')).toHaveLength(2);
});

it('leaves everything alone once a workload is switched off', async () => {
  await rolledOut();
  await corner.deps.history.hold(corner.id('web'), { code: 'off', message: 'Switched off.', at: 1 });
  await takeAway();
  await soon(() => expect(mark()).toBeUndefined());
  await guard();
  await quiet(300);

  expect(mark()).toBeUndefined();
  expect(await corner.rollouts('web')).toHaveLength(1);
});

it('does nothing while a rollout is under way', async () => {
  await rolledOut();
  await takeAway();
  await soon(() => expect(mark()).toBeUndefined());
  await corner.begin('web', await corner.push('latest'));
  await guard();

  expect((await corner.rollouts('web')).map(({ code }) => code)).not.toContain('pin-restored');
});

it('keeps what failed away though Redis lost everything and the old image was put back (laws 7 and 13)', async () => {
  const good = await corner.running('web', { annotations: { ...FOLLOWED } });
  await corner.known('web');
  await corner.poll('web');
  await corner.push('latest', { 'sh.keelson.outcome': 'crash' });
  await corner.poll('web');
  await corner.work(async () => {
    expect((await corner.rollouts('web'))[0]).toMatchObject({ kind: 'rollback', state: 'succeeded' });
    expect(corner.workload('web').annotations[STATE]).toContain('crash-loop');
  });

  await corner.place.redis.flush();
  await corner.known('web');

  expect(await corner.poll('web')).toMatchObject({ code: 'quarantined' });
  expect((await corner.state('web')).digests['app']).toMatchObject({ lastGood: good });
});
