import { expect, it } from 'vitest';
import { flux } from '../src/manifests.ts';
import { onStages } from '../src/on-stages.ts';
import { quiet, until } from '../src/until.ts';

onStages('the way of a push', (play) => {
  it('rolls out a push to one tag in the Deployment of that tag and in no other, and remembers it', async () => {
    const { scene } = play;
    const first = { latest: await scene.push('latest'), staging: await scene.push('dev-staging') };
    await scene.deploy({ name: 'myapp', image: scene.image('latest'), replicas: 2 });
    await scene.deploy({ name: 'myapp-staging', image: scene.image('dev-staging') });
    await Promise.all([scene.settled('myapp'), scene.settled('myapp-staging')]);
    await scene.startWorker();
    await scene.watched('myapp', 'myapp-staging');

    const latest = await scene.push('latest', { 'org.opencontainers.image.revision': 'c0ffee' });
    await scene.ask('myapp');
    await scene.ask('myapp-staging');
    const rollout = await scene.rolledOut('myapp', latest);

    expect(rollout).toMatchObject({
      trigger: 'manual',
      changes: [
        {
          container: 'app',
          from: { tag: 'latest', digest: first.latest },
          to: { tag: 'latest', digest: latest, commit: 'c0ffee' },
        },
      ],
      transitions: [{ state: 'pending' }, { state: 'verifying' }, { state: 'succeeded' }],
    });
    expect((await scene.read('myapp')).spec.template.spec.containers[0]?.image).toBe(
      `${scene.image('latest')}@${latest}`,
    );
    expect(await scene.rollouts('myapp-staging')).toEqual([]);
    expect(await scene.revisions('myapp-staging')).toBe(1);

    const staging = await scene.push('dev-staging');
    await scene.ask('myapp');
    await scene.ask('myapp-staging');
    await scene.rolledOut('myapp-staging', staging);
    expect(await scene.rollouts('myapp')).toHaveLength(1);

    const both = { latest: await scene.push('latest'), staging: await scene.push('dev-staging') };
    await scene.ask('myapp');
    await scene.ask('myapp-staging');
    await Promise.all([scene.rolledOut('myapp', both.latest), scene.rolledOut('myapp-staging', both.staging)]);
  });

  it('says why a push that crashes failed, with the pod, its exit code and its log', async () => {
    const { scene } = play;
    const good = await scene.watching('myapp');

    const labels = { 'sh.keelson.outcome': 'crash', 'sh.keelson.log': 'no such table: users' };
    const bad = await scene.push('latest', labels);
    await scene.ask('myapp');
    const { failed, rollback } = await scene.rolledBack('myapp', bad, good);

    expect(failed.transitions.at(-1)).toMatchObject({ state: 'failed', code: 'crash-loop' });
    expect(failed.evidence).toMatchObject({ container: 'app', reason: 'CrashLoopBackOff', exitCode: 1 });
    // No pod of the real API server runs anywhere that has logs.
    expect(failed.evidence?.log).toBe(play.kind === 'simulated' ? 'no such table: users' : undefined);
    expect(rollback).toMatchObject({
      kind: 'rollback',
      trigger: 'verdict',
      rollbackOf: failed.id,
      code: 'rolled-back',
    });
    // Asked again, the same digest is not a new rollout.
    await scene.lookedAgain('myapp');
    expect(await scene.rollouts('myapp')).toHaveLength(2);

    const next = await scene.push('latest');
    await scene.ask('myapp');
    await scene.rolledOut('myapp', next);
  });

  it('writes a template annotation where Flux owns the image, and leaves the spec as git has it', async () => {
    const { scene } = play;
    await scene.watching('myapp', { labels: flux });

    const pushed = await scene.push('latest');
    await scene.ask('myapp');
    await scene.rolledOut('myapp', pushed);
    const { spec } = await scene.read('myapp');

    expect(spec.template.spec.containers[0]?.image).toBe(scene.image('latest'));
    expect(spec.template.metadata.annotations?.['digest.keelson.sh/app']).toBe(`${scene.image('latest')}@${pushed}`);
    expect(await scene.revisions('myapp')).toBe(2);
  });

  it('follows annotations that change: stops when they go, starts when they come', async () => {
    const { scene } = play;
    await scene.push('latest');
    await scene.deploy({ name: 'myapp', image: scene.image('latest'), annotations: { 'keel.sh/policy': 'never' } });
    await scene.settled('myapp');
    await scene.startWorker();
    await until('it is shown', () => scene.history.workload(scene.id('myapp')));
    const pushed = await scene.push('latest');

    await scene.patch('myapp', {
      metadata: {
        annotations: { 'keel.sh/policy': 'force', 'keel.sh/trigger': 'poll', 'keel.sh/pollSchedule': '@every 1s' },
      },
    });
    // The pods still run what was there before the push: noticed without anybody asking.
    await scene.rolledOut('myapp', pushed);

    await scene.patch('myapp', {
      metadata: { annotations: { 'keel.sh/policy': null, 'keel.sh/trigger': null, 'keel.sh/pollSchedule': null } },
    });
    await until('it is forgotten', async () => (await scene.history.workload(scene.id('myapp'))) === undefined);
    const later = await scene.push('latest');
    await quiet(3_000);
    expect((await scene.rollouts('myapp')).some(({ changes }) => changes[0]?.to.digest === later)).toBe(false);
  });
});
