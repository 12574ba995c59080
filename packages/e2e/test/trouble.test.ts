import { expect, it } from 'vitest';
import { every, post } from '../src/manifests.ts';
import { onStages } from '../src/on-stages.ts';
import { quiet, until } from '../src/until.ts';

onStages('when something goes wrong', (play) => {
  it('rolls out nothing wrong when Redis lost everything, and goes on (law 13)', async () => {
    const { scene, stage } = play;
    await scene.push('latest');
    await scene.push('plain');
    await scene.deploy({ name: 'pinned', image: scene.image('latest') });
    await scene.deploy({ name: 'plain', image: scene.image('plain') });
    await Promise.all([scene.settled('pinned'), scene.settled('plain')]);
    await scene.startWorker();
    await scene.watched('pinned', 'plain');
    const first = await scene.push('latest');
    await scene.ask('pinned');
    await scene.rolledOut('pinned', first);
    const before = [await scene.revisions('pinned'), await scene.revisions('plain')];

    // One is pinned by now, the other one runs what its tag says and was never written.
    expect(before).toEqual([2, 1]);

    await scene.stopWorkers();
    await stage.redis.flush();
    await scene.startWorker();
    await scene.watched('pinned', 'plain');
    await quiet(1_000);
    expect([await scene.revisions('pinned'), await scene.revisions('plain')]).toEqual(before);
    expect(await scene.rollouts('pinned')).toEqual([]);

    const second = await scene.push('latest');
    await scene.ask('pinned');
    await scene.rolledOut('pinned', second);
  });

  it('goes on when Redis is emptied under a running worker (law 13)', async () => {
    const { scene, stage } = play;
    await scene.watching('myapp', { annotations: every('1s') });

    await stage.redis.flush();
    const pushed = await scene.push('latest');

    await scene.rolledOut('myapp', pushed);
  });

  it('updates two workloads that share an image, each with a rollout of its own', async () => {
    const { scene } = play;
    await scene.push('latest');
    for (const name of ['one', 'two']) await scene.deploy({ name, image: scene.image('latest') });
    await Promise.all([scene.settled('one'), scene.settled('two')]);
    await scene.startWorker();
    await scene.watched('one', 'two');

    const pushed = await scene.push('latest');
    await Promise.all([scene.ask('one'), scene.ask('two')]);

    await Promise.all([scene.rolledOut('one', pushed), scene.rolledOut('two', pushed)]);
    expect([(await scene.rollouts('one')).length, (await scene.rollouts('two')).length]).toEqual([1, 1]);
  });

  it('updates a good workload beside one with nonsense annotations, and warns of the nonsense', async () => {
    const { scene } = play;
    await scene.push('latest');
    await scene.deploy({ name: 'good', image: scene.image('latest') });
    await scene.deploy({
      name: 'nonsense',
      image: scene.image('latest'),
      annotations: {
        'keel.sh/policy': 'frce',
        'keel.sh/pollSchedule': '',
        'keelson.sh/polcy': 'force',
        'keel.sh/monitorContainers': '(',
      },
    });
    await scene.deploy({ name: 'unreadable', image: 'not//an//image', annotations: post });
    await scene.settled('good');
    await scene.startWorker();
    await scene.watched('good');

    const pushed = await scene.push('latest');
    await scene.ask('good');
    await scene.rolledOut('good', pushed);

    const codes = async (name: string) =>
      (await scene.history.workload(scene.id(name)))?.record.warnings.map(({ code }) => code) ?? [];
    expect(await codes('nonsense')).toEqual(
      expect.arrayContaining(['unknown-policy', 'unreadable-schedule', 'unknown-annotation']),
    );
    expect(await codes('unreadable')).toContain('unreadable-image');
    expect(await codes('good')).toEqual([]);
    expect(await scene.revisions('nonsense')).toBe(1);
  });

  it('keeps what somebody else changes while it updates (law 3)', async () => {
    const { scene } = play;
    await scene.watching('myapp', { replicas: 1 });

    const pushed = await scene.push('latest');
    await Promise.all([
      scene.ask('myapp'),
      scene.patch('myapp', { spec: { replicas: 3 }, metadata: { labels: { team: 'blue' } } }),
    ]);
    await scene.rolledOut('myapp', pushed);

    expect((await scene.read('myapp')).spec.replicas).toBe(3);
  });

  it('leaves it be when somebody put another image back, and says so', async () => {
    const { scene } = play;
    const first = await scene.watching('myapp');
    const second = await scene.push('latest');
    await scene.ask('myapp');
    await scene.rolledOut('myapp', second);

    const image = `${scene.image('latest')}@${first}`;
    await scene.patch(
      'myapp',
      { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } },
      'application/strategic-merge-patch+json',
    );
    const reverted = await until('the reason is given', async () => {
      await scene.ask('myapp');
      await quiet(500);
      const check = (await scene.history.workload(scene.id('myapp')))?.check;
      return check?.code === 'reverted-by-someone' && check;
    });

    expect(reverted.message).toContain('latest');
    expect((await scene.read('myapp')).spec.template.spec.containers[0]?.image).toBe(image);
    expect(await scene.rollouts('myapp')).toHaveLength(1);
  });
});
