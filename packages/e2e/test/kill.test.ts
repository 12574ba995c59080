import { expect, it } from 'vitest';
import { runDoomed } from '../src/doomed.ts';
import type { Step } from '../src/kill-at.ts';
import { onStages } from '../src/on-stages.ts';
import { openScene } from '../src/scene.ts';
import type { Stage } from '../src/stage.ts';
import { until } from '../src/until.ts';

/** Every call from the first look to the verdict; the second transition is the verdict itself. */
const CALLS = [
  'add registry-poll 1',
  'describe 1',
  'begin 1',
  'add image-patch 1',
  'write 1',
  'transition 1',
  'add rollout-verify 1',
  'transition 2',
] as const;
const STEPS = CALLS.flatMap((call): Step[] => [`before ${call}`, `after ${call}`]);

/** Several at once: each has a namespace and a prefix of its own. */
const AT_ONCE = 8;

/** A push waits for a worker that dies at a step; then another one comes. What is there at the end. */
async function dieAt(stage: Stage, step: Step) {
  const scene = await openScene(stage);
  try {
    await scene.push('latest');
    await scene.deploy({ name: 'myapp', image: scene.image('latest') });
    await scene.settled('myapp');
    const pushed = await scene.push('latest');

    await runDoomed(scene, step);
    await scene.startWorker();
    await scene.rolledOut('myapp', pushed);
    await until('nothing is under way', async () => (await scene.history.active()).length === 0);

    const rollouts = await scene.rollouts('myapp');
    const { generation } = (await scene.read('myapp')).metadata;
    return { step, rollouts: rollouts.map(({ state }) => state), generation };
  } finally {
    await scene.close();
  }
}

onStages('a worker killed at any step', (play) => {
  it('leaves exactly one rollout of the new digest to the next one (law 4)', { timeout: 300_000 }, async () => {
    const ends: unknown[] = [];
    for (let first = 0; first < STEPS.length; first += AT_ONCE) {
      ends.push(...(await Promise.all(STEPS.slice(first, first + AT_ONCE).map((step) => dieAt(play.stage, step)))));
    }

    expect(ends).toEqual(STEPS.map((step) => ({ step, rollouts: ['succeeded'], generation: 2 })));
  });
});
