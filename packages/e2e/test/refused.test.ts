import { expect } from 'vitest';
import { onClusters } from '../src/on-clusters.ts';
import { waitUntil } from '../src/wait-until.ts';

onClusters('when the API server refuses the write', (it) => {
  it('a newer push supersedes the rollout whose write the API server refuses', async ({ env, ns }) => {
    await ns.deployChecked('myapp');

    const allow = await env.refuseWrites(ns.name);
    const older = await ns.push('latest');
    await ns.check('myapp');
    await waitUntil('the first push waits', async () => (await ns.rollouts('myapp')).length === 1);
    const newer = await ns.push('latest');
    await ns.check('myapp');
    await waitUntil('the second push waits', async () => (await ns.rollouts('myapp')).length === 2);
    await allow();
    await ns.rolledOut('myapp', newer);

    const [, first] = await ns.rollouts('myapp');
    expect(first).toMatchObject({ state: 'superseded', changes: [{ to: { digest: older } }] });
    expect(await ns.revisions('myapp')).toBe(2);
  });
});
