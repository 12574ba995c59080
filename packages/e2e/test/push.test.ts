import { expect } from 'vitest';
import { every, fluxLabels } from '../src/manifests.ts';
import { onClusters } from '../src/on-clusters.ts';
import { waitUntil } from '../src/wait-until.ts';

onClusters('a push', (it, cluster) => {
  it('a push to one tag is rolled out in the Deployment of that tag alone, and recorded', async ({ ns }) => {
    const first = { latest: await ns.push('latest'), staging: await ns.push('dev-staging') };
    await ns.deploy({ name: 'myapp', image: ns.image('latest'), replicas: 2 });
    await ns.deploy({ name: 'myapp-staging', image: ns.image('dev-staging') });
    await Promise.all([ns.available('myapp'), ns.available('myapp-staging')]);
    await ns.startWorker();
    await ns.checked('myapp', 'myapp-staging');

    const latest = await ns.push('latest', { 'org.opencontainers.image.revision': 'c0ffee' });
    await ns.check('myapp');
    await ns.check('myapp-staging');
    const rollout = await ns.rolledOut('myapp', latest);

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
    expect((await ns.read('myapp')).spec.template.spec.containers[0]?.image).toBe(`${ns.image('latest')}@${latest}`);
    expect(await ns.rollouts('myapp-staging')).toEqual([]);
    expect(await ns.revisions('myapp-staging')).toBe(1);

    const staging = await ns.push('dev-staging');
    await ns.check('myapp');
    await ns.check('myapp-staging');
    await ns.rolledOut('myapp-staging', staging);
    expect(await ns.rollouts('myapp')).toHaveLength(1);

    const both = { latest: await ns.push('latest'), staging: await ns.push('dev-staging') };
    await ns.check('myapp');
    await ns.check('myapp-staging');
    await Promise.all([ns.rolledOut('myapp', both.latest), ns.rolledOut('myapp-staging', both.staging)]);
  });

  it('a failed rollout says why a push crashed, with its exit code and its log (laws 8 and 11)', async ({ ns }) => {
    const good = await ns.deployChecked('myapp');

    const labels = { 'sh.keelson.outcome': 'crash', 'sh.keelson.log': 'no such table: users' };
    const bad = await ns.push('latest', labels);
    await ns.check('myapp');
    const { failed, rollback } = await ns.rolledBack('myapp', bad, good);

    expect(failed.transitions.at(-1)).toMatchObject({ state: 'failed', code: 'crash-loop' });
    expect(failed.evidence).toMatchObject({ container: 'app', reason: 'CrashLoopBackOff', exitCode: 1 });
    // No pod of the real API server runs anywhere that has logs.
    expect(failed.evidence?.log).toBe(cluster === 'simulated' ? 'no such table: users' : undefined);
    expect(rollback).toMatchObject({
      kind: 'rollback',
      trigger: 'verdict',
      rollbackOf: failed.id,
      code: 'rolled-back',
    });
    // Checked again, the same digest starts no rollout.
    await ns.checkedAgain('myapp');
    expect(await ns.rollouts('myapp')).toHaveLength(2);

    const next = await ns.push('latest');
    await ns.check('myapp');
    await ns.rolledOut('myapp', next);
  });

  it('Keelson writes a template annotation where Flux owns the image, and leaves the spec as git has it (law 9)', async ({
    ns,
  }) => {
    await ns.deployChecked('myapp', { labels: fluxLabels });

    const pushed = await ns.push('latest');
    await ns.check('myapp');
    await ns.rolledOut('myapp', pushed);
    const { spec } = await ns.read('myapp');

    expect(spec.template.spec.containers[0]?.image).toBe(ns.image('latest'));
    expect(spec.template.metadata.annotations?.['digest.keelson.sh/app']).toBe(`${ns.image('latest')}@${pushed}`);
    expect(await ns.revisions('myapp')).toBe(2);
  });

  it('Keelson follows a workload when its annotations come, and no longer when they go', async ({ ns }) => {
    await ns.push('latest');
    await ns.deploy({ name: 'myapp', image: ns.image('latest'), annotations: { 'keel.sh/policy': 'never' } });
    await ns.available('myapp');
    await ns.startWorker();
    await waitUntil('its record is there', () => ns.history.workload(ns.id('myapp')));
    const pushed = await ns.push('latest');

    await ns.patch('myapp', {
      metadata: {
        annotations: { 'keel.sh/policy': 'force', 'keel.sh/trigger': 'poll', 'keel.sh/pollSchedule': '@every 1s' },
      },
    });
    // The pods still run what was there before the push: the first check notices that.
    await ns.rolledOut('myapp', pushed);

    await ns.patch('myapp', {
      metadata: { annotations: { 'keel.sh/policy': null, 'keel.sh/trigger': null, 'keel.sh/pollSchedule': null } },
    });
    await waitUntil('its record is removed', async () => (await ns.history.workload(ns.id('myapp'))) === undefined);
    // A workload of the same image that is still followed has rolled out the next push: so might this one have.
    await ns.deploy({ name: 'other', image: ns.image('latest'), annotations: every('1s') });
    await ns.available('other');
    await ns.checked('other');
    const later = await ns.push('latest');
    await ns.rolledOut('other', later);
    expect((await ns.rollouts('myapp')).some(({ changes }) => changes[0]?.to.digest === later)).toBe(false);
  });
});
