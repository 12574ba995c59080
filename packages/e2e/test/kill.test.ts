import { expect, it } from 'vitest';
import { z } from 'zod';
import { runDoomed } from '../src/doomed.ts';
import type { Step } from '../src/kill-at.ts';
import { post } from '../src/manifests.ts';
import { onStages } from '../src/on-stages.ts';
import type { Scene } from '../src/scene.ts';
import { openScene } from '../src/scene.ts';
import type { Stage, StageKind } from '../src/stage.ts';
import { until } from '../src/until.ts';

/** From the first look to the write: the same for every push. */
const forward = [
  'add registry-poll 1',
  'observe tag 1',
  'describe 1',
  'begin 1',
  'add image-patch 1',
  'putCheck 1',
  'write forward 1',
  'transition verifying 1',
  'add rollout-verify 1',
] as const;

/** To a good verdict, and to the annotation that says what is good now. */
const good = [...forward, 'transition succeeded 1', 'writeState 1'] as const;

/**
 * From the look on, where nobody can tell a bad push from a good one; to a bad verdict with all that follows from it in that step; then the
 * rollback, to its own verdict.
 */
const bad = [
  'observe tag 1',
  'begin 1',
  'write forward 1',
  'transition verifying 1',
  'readLog 1',
  'transition failed 1',
  'add image-patch 2',
  'observe digest 1',
  'write back 1',
  'transition verifying 2',
  'add rollout-verify 2',
  'transition succeeded 2',
] as const;

/** Where nothing is put back by itself, no write carries what is known now: the guard writes it alone. */
const held = ['transition failed 1', 'writeState 1'] as const;

/**
 * Before and after each call on the simulated cluster. Before one there is nothing outside that the one before it did not leave, so that on
 * the real cluster, where each run takes longer, dying after each is enough.
 */
const around = (kind: StageKind, calls: readonly string[]) =>
  calls.flatMap((call): Step[] => (kind === 'real' ? [`after ${call}`] : [`before ${call}`, `after ${call}`]));

/** So many at once: each has a namespace, a repository and a prefix of its own. */
const atOnce = 12;

interface Push {
  readonly steps: readonly Step[];
  /** Of the pushed image. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Resolves when the second worker has done all that there is to do. */
  readonly done: (scene: Scene, good: string, pushed: string) => Promise<unknown>;
}

/** A push waits for a worker that dies at a step; then another one comes. What is there at the end. */
async function dieAt(stage: Stage, step: Step, { labels, annotations, done }: Push) {
  const scene = await openScene(stage);
  try {
    const good = await scene.push('latest');
    await scene.deploy({ name: 'myapp', image: scene.image('latest'), annotations: { ...post, ...annotations } });
    await scene.settled('myapp');
    const pushed = await scene.push('latest', labels);
    const named = new Map<string, string>([
      [good, 'good'],
      [pushed, 'pushed'],
    ]);
    const nameOf = (digest: string | undefined) => named.get(digest ?? '') ?? digest;

    await runDoomed(scene, step);
    await scene.startWorker();
    await done(scene, good, pushed);
    await until('nothing is under way', async () => (await scene.history.active()).length === 0);

    const known = await scene.history.workload(scene.id('myapp'));
    const mirrored = await until('the annotation says what Redis knows', async () => {
      const found = await mirroredOf(scene);
      const { rolledOut, lastGood } = known?.digests.app ?? {};
      const same = found?.digests.app?.rolledOut === rolledOut && found?.digests.app?.lastGood === lastGood;
      return same && found.quarantine.length === known?.quarantine.length && found;
    });
    return {
      step,
      rollouts: (await scene.rollouts('myapp')).map(({ kind, state }) => `${kind} ${state}`),
      revisions: await scene.revisions('myapp'),
      serving: (await scene.serving('myapp')).map(nameOf),
      quarantined: mirrored.quarantine.map(({ digest }) => nameOf(digest)),
      lastGood: nameOf(mirrored.digests.app?.lastGood),
      hold: known?.hold?.code,
    };
  } finally {
    await scene.close();
  }
}

const mirror = z.object({
  digests: z.record(z.string(), z.object({ rolledOut: z.string(), lastGood: z.string().optional() })),
  quarantine: z.array(z.object({ digest: z.string() })),
});

async function mirroredOf(scene: Scene) {
  const { annotations } = (await scene.read('myapp')).metadata;
  return mirror.parse(JSON.parse(annotations['keelson.sh/state'] ?? 'null'));
}

/** Each step in a corner of its own, so many at once. In the order of the steps. */
async function dieAtEach(stage: Stage, push: Push) {
  const ends = new Map<Step, Awaited<ReturnType<typeof dieAt>>>();
  const left = [...push.steps];
  const worker = async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      ends.set(step, await dieAt(stage, step, push));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return push.steps.map((step) => ends.get(step));
}

const crashes = { 'sh.keelson.outcome': 'crash' };

onStages('a worker killed at any step', (play) => {
  it('leaves exactly one rollout of the new digest to the next one (law 4)', { timeout: 300_000 }, async () => {
    const steps = around(play.kind, good);

    const ends = await dieAtEach(play.stage, { steps, done: (scene, _, pushed) => scene.rolledOut('myapp', pushed) });

    const rollouts = ['update succeeded'];
    const same = { rollouts, revisions: 2, serving: ['pushed'], quarantined: [], lastGood: 'pushed', hold: undefined };
    expect(ends).toEqual(steps.map((step) => ({ step, ...same })));
  });

  it('leaves one failure and one rollback of a bad one to the next one (laws 4, 7 and 8)', {
    timeout: 300_000,
  }, async () => {
    const steps = around(play.kind, bad);

    const ends = await dieAtEach(play.stage, {
      steps,
      labels: crashes,
      done: (scene, good, pushed) => scene.rolledBack('myapp', pushed, good),
    });

    const rollouts = ['rollback succeeded', 'update failed'];
    const same = {
      rollouts,
      revisions: 3,
      serving: ['good'],
      quarantined: ['pushed'],
      lastGood: 'good',
      hold: undefined,
    };
    expect(ends).toEqual(steps.map((step) => ({ step, ...same })));
  });

  it('leaves what a failure without a rollback has to write to the next one (law 7)', {
    timeout: 300_000,
  }, async () => {
    const steps = around(play.kind, held);

    const ends = await dieAtEach(play.stage, {
      steps,
      labels: crashes,
      annotations: { 'keelson.sh/rollback': 'hold' },
      done: (scene, _, pushed) => scene.rolledOut('myapp', pushed, 'failed'),
    });

    const rollouts = ['update failed'];
    const hold = 'manual-rollback-required';
    const same = { rollouts, revisions: 2, serving: ['good'], quarantined: ['pushed'], lastGood: 'good', hold };
    expect(ends).toEqual(steps.map((step) => ({ step, ...same })));
  });
});
