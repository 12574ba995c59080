import { expect, it } from 'vitest';
import { startDoomed } from '../src/doomed.ts';
import { onStages } from '../src/on-stages.ts';
import type { Scene } from '../src/scene.ts';
import { openScene } from '../src/scene.ts';
import type { Stage } from '../src/stage.ts';
import { quiet, until } from '../src/until.ts';

/** Several at once: each has a namespace and a prefix of its own. */
const AT_ONCE = 8;

/** A push waits for a worker that dies at a step; another one comes. Returns the step's name, or undefined when the first one lived. */
async function dieAt(stage: Stage, step: number): Promise<string | undefined> {
  const scene = await openScene(stage);
  try {
    await scene.push('latest');
    await scene.deploy({ name: 'myapp', image: scene.image('latest') });
    await scene.settled('myapp');
    const pushed = await scene.push('latest');

    const doomed = startDoomed(scene, step);
    // Its last steps come after the rollout has succeeded: it is given the time to reach them.
    const lived = scene.rolledOut('myapp', pushed).then(() => quiet(2_000));
    const name = await Promise.race([doomed.died, lived.then(() => undefined)]);
    if (name === undefined) {
      await doomed.stop();
      return undefined;
    }
    await scene.startWorker();
    await scene.rolledOut('myapp', pushed);
    await expectOneRollout(scene, step, name);
    return name;
  } finally {
    await scene.close();
  }
}

async function expectOneRollout(scene: Scene, step: number, name: string): Promise<void> {
  const rollouts = await scene.rollouts('myapp');
  const { metadata } = await scene.read('myapp');
  expect({ step, name, rollouts: rollouts.map(({ state }) => state), generation: metadata.generation }).toEqual({
    step,
    name,
    rollouts: ['succeeded'],
    generation: 2,
  });
  const open = await until('nothing is under way', async () => (await scene.history.active()).length === 0);
  expect(open).toBe(true);
}

onStages('a worker killed at any step', (play) => {
  it('leaves exactly one rollout of the new digest to the next one (law 4)', { timeout: 300_000 }, async () => {
    const died: string[] = [];
    for (let step = 1; died.length === step - 1; step += AT_ONCE) {
      const steps = Array.from({ length: AT_ONCE }, (_, index) => step + index);
      const names = await Promise.all(steps.map((one) => dieAt(play.stage, one)));
      died.push(...names.filter((name) => name !== undefined));
    }

    for (const call of ['add registry-poll', 'begin', 'add image-patch', 'write', 'transition', 'add rollout-verify']) {
      expect(died).toEqual(expect.arrayContaining([`before ${call}`, `after ${call}`]));
    }
  });
});
