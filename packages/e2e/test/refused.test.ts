import { expect, it } from 'vitest';
import { onStages } from '../src/on-stages.ts';
import { until } from '../src/until.ts';

onStages('when the API server refuses the write', (play) => {
  it('gives up only what nobody wants any more: the newer push takes its place', async () => {
    const { scene, stage } = play;
    await scene.watching('myapp');

    const allow = await stage.refuseWrites(scene.namespace);
    const older = await scene.push('latest');
    await scene.ask('myapp');
    await until('the first push waits', async () => (await scene.rollouts('myapp')).length === 1);
    const newer = await scene.push('latest');
    await scene.ask('myapp');
    await until('the second push waits', async () => (await scene.rollouts('myapp')).length === 2);
    await allow();
    await scene.rolledOut('myapp', newer);

    const [, first] = await scene.rollouts('myapp');
    expect(first).toMatchObject({ state: 'superseded', changes: [{ to: { digest: older } }] });
    expect(await scene.revisions('myapp')).toBe(2);
  });
});
