import { expect } from 'vitest';
import { every, exampleAnnotations } from '../src/manifests.ts';
import { onClusters } from '../src/on-clusters.ts';
import { waitUntil } from '../src/wait-until.ts';

onClusters('when something goes wrong', (it) => {
  it('Keelson rolls out nothing wrong when Redis lost everything, and goes on (law 13)', async ({
    nsWithRedis: ns,
  }) => {
    await ns.push('latest');
    await ns.push('plain');
    await ns.deploy({ name: 'pinned', image: ns.image('latest') });
    await ns.deploy({ name: 'plain', image: ns.image('plain') });
    await Promise.all([ns.available('pinned'), ns.available('plain')]);
    await ns.startWorker();
    await ns.checked('pinned', 'plain');
    const first = await ns.push('latest');
    await ns.check('pinned');
    await ns.rolledOut('pinned', first);
    await ns.stateSaved('pinned');
    const before = [await ns.revisions('pinned'), await ns.revisions('plain')];

    // One is pinned by now, the other one runs what its tag says and was never written.
    expect(before).toEqual([2, 1]);

    await ns.stopWorkers();
    await ns.env.redis.flush();
    await ns.startWorker();
    await ns.checked('pinned', 'plain');
    await Promise.all([ns.checkedAgain('pinned'), ns.checkedAgain('plain')]);
    expect([await ns.revisions('pinned'), await ns.revisions('plain')]).toEqual(before);
    expect(await ns.rollouts('pinned')).toEqual([]);

    const second = await ns.push('latest');
    await ns.check('pinned');
    await ns.rolledOut('pinned', second);
  });

  it('a write keeps what another field manager changes at the same time (law 3)', async ({ ns }) => {
    await ns.deployChecked('myapp', { replicas: 1 });

    const pushed = await ns.push('latest');
    await Promise.all([
      ns.check('myapp'),
      ns.patch('myapp', { spec: { replicas: 3 }, metadata: { labels: { team: 'blue' } } }),
    ]);
    await ns.rolledOut('myapp', pushed);

    expect((await ns.read('myapp')).spec.replicas).toBe(3);
  });

  it('Keelson keeps the image that a user set again, and says why', async ({ ns }) => {
    const first = await ns.deployChecked('myapp');
    const second = await ns.push('latest');
    await ns.check('myapp');
    await ns.rolledOut('myapp', second);

    const image = `${ns.image('latest')}@${first}`;
    await ns.patch(
      'myapp',
      { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } },
      'application/strategic-merge-patch+json',
    );
    const reverted = await waitUntil('the reason is given', async () => {
      await ns.checkedAgain('myapp');
      const check = (await ns.history.workload(ns.id('myapp')))?.check;
      return check?.code === 'reverted-by-someone' && check;
    });

    expect(reverted.message).toContain('latest');
    expect((await ns.read('myapp')).spec.template.spec.containers[0]?.image).toBe(image);
    expect(await ns.rollouts('myapp')).toHaveLength(1);
  });
});

onClusters(
  'when something goes wrong outside of the API server',
  (it) => {
    it('a running worker goes on when Redis is emptied (law 13)', async ({ nsWithRedis: ns }) => {
      await ns.deployChecked('myapp', { annotations: every('1s') });

      await ns.env.redis.flush();
      const pushed = await ns.push('latest');

      await ns.rolledOut('myapp', pushed);
    });

    it('two workloads that share an image get a rollout each', async ({ ns }) => {
      await ns.push('latest');
      for (const name of ['one', 'two']) await ns.deploy({ name, image: ns.image('latest') });
      await Promise.all([ns.available('one'), ns.available('two')]);
      await ns.startWorker();
      await ns.checked('one', 'two');

      const pushed = await ns.push('latest');
      await Promise.all([ns.check('one'), ns.check('two')]);

      await Promise.all([ns.rolledOut('one', pushed), ns.rolledOut('two', pushed)]);
      expect([(await ns.rollouts('one')).length, (await ns.rollouts('two')).length]).toEqual([1, 1]);
    });

    it('a workload is updated beside one with nonsense annotations, which gets warnings', async ({ ns }) => {
      await ns.push('latest');
      await ns.deploy({ name: 'good', image: ns.image('latest') });
      await ns.deploy({
        name: 'nonsense',
        image: ns.image('latest'),
        annotations: {
          'keel.sh/policy': 'frce',
          'keel.sh/pollSchedule': '',
          'keelson.sh/polcy': 'force',
          'keel.sh/monitorContainers': '(',
        },
      });
      await ns.deploy({ name: 'unreadable', image: 'not//an//image', annotations: exampleAnnotations });
      await ns.available('good');
      await ns.startWorker();
      await ns.checked('good');

      const pushed = await ns.push('latest');
      await ns.check('good');
      await ns.rolledOut('good', pushed);

      const codes = async (name: string) =>
        (await ns.history.workload(ns.id(name)))?.record.warnings.map(({ code }) => code) ?? [];
      expect(await codes('nonsense')).toEqual(
        expect.arrayContaining(['unknown-policy', 'unreadable-schedule', 'unknown-annotation']),
      );
      expect(await codes('unreadable')).toContain('unreadable-image');
      expect(await codes('good')).toEqual([]);
      expect(await ns.revisions('nonsense')).toBe(1);
    });
  },
  { clusters: ['simulated'] },
);
