import { expect } from 'vitest';
import { z } from 'zod';
import type { Step } from '../src/kill-at.ts';
import { exampleAnnotations } from '../src/manifests.ts';
import { onClustersInTurn } from '../src/on-clusters.ts';
import { runUntilCutOff, runUntilKilled } from '../src/run-until-killed.ts';
import type { ClusterName, TestEnv } from '../src/test-env.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { openTestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';

/** From the first check to the write: the same for every push. */
const forwardSteps = [
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
const goodSteps = [...forwardSteps, 'transition succeeded 1', 'writeState 1'] as const;

/**
 * From the write on, before which nobody can distinguish a bad push from a good one; to a bad verdict with all that follows from it in that step;
 * then the rollback, to its own verdict.
 */
const badSteps = [
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

/** Where nothing is rolled back by itself, no write carries what is known now: the guard writes it alone. */
const onHoldSteps = ['transition failed 1', 'writeState 1'] as const;

/** A step of each kind of call: to the registry, to Redis, to the queue, to the API server. */
const goodOfEachKind: readonly Step[] = [
  'after observe tag 1',
  'after begin 1',
  'after add image-patch 1',
  'after write forward 1',
];
const badOfEachKind: readonly Step[] = ['after readLog 1', 'after transition failed 1', 'after write back 1'];

/**
 * Where a worker is killed. The code that goes on afterwards is the same on both clusters, so every step is taken on the simulated one, in
 * this process, and one of each kind on the real one; at those of a good push the worker is a process that is killed with SIGKILL.
 */
const stepsOn = (cluster: ClusterName, every: readonly Step[], ofEachKind: readonly Step[]) =>
  cluster === 'simulated' ? every : ofEachKind;

/** Before the first call, and after each: before a call there is nothing outside that the call before it did not leave. */
const around = (calls: readonly string[]): readonly Step[] => [
  ...calls.slice(0, 1).map((call): Step => `before ${call}`),
  ...calls.map((call): Step => `after ${call}`),
];

/** So many are killed at once, in all tests: each in a namespace of its own, with a repository and a prefix of its own. */
let free = 6;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) free -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  }
}

interface Push {
  readonly steps: readonly Step[];
  /** Those at which a process is killed with SIGKILL; at the others a worker of this process is cut off. */
  readonly bySignal?: readonly Step[];
  /** Of the pushed image. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Resolves when the second worker has done all that there is to do. */
  readonly done: (ns: TestNamespace, good: string, pushed: string) => Promise<unknown>;
}

/** A push waits for a worker that is killed at a step; then another one starts. Returns what is there at the end. */
async function killOnce(env: TestEnv, step: Step, { bySignal = [], labels, annotations, done }: Push) {
  const ns = await openTestNamespace(env);
  try {
    const good = await ns.push('latest');
    await ns.deploy({
      name: 'myapp',
      image: ns.image('latest'),
      annotations: { ...exampleAnnotations, ...annotations },
    });
    await ns.available('myapp');
    const pushed = await ns.push('latest', labels);
    const named = new Map<string, string>([
      [good, 'good'],
      [pushed, 'pushed'],
    ]);
    const nameOf = (digest: string | undefined) => named.get(digest ?? '') ?? digest;

    await (bySignal.includes(step) ? runUntilKilled : runUntilCutOff)(ns, step);
    await ns.startWorker();
    await done(ns, good, pushed);
    await ns.inHistory('nothing is under way', async () => (await ns.history.active()).length === 0);

    const known = await ns.history.workload(ns.id('myapp'));
    const saved = await waitUntil('the annotation says what Redis knows', async () => {
      const found = await savedStateOf(ns);
      const { rolledOut, lastGood } = known?.digests.app ?? {};
      const same = found?.digests.app?.rolledOut === rolledOut && found?.digests.app?.lastGood === lastGood;
      return same && found.quarantine.length === known?.quarantine.length && found;
    });
    return {
      step,
      rollouts: (await ns.rollouts('myapp')).map(({ kind, state }) => `${kind} ${state}`),
      revisions: await ns.revisions('myapp'),
      serving: (await ns.serving('myapp')).map(nameOf),
      quarantined: saved.quarantine.map(({ digest }) => nameOf(digest)),
      lastGood: nameOf(saved.digests.app?.lastGood),
      hold: known?.hold?.code,
    };
  } finally {
    await ns.close();
  }
}

const savedState = z.object({
  digests: z.record(z.string(), z.object({ rolledOut: z.string(), lastGood: z.string().optional() })),
  quarantine: z.array(z.object({ digest: z.string() })),
});

async function savedStateOf(ns: TestNamespace) {
  const { annotations } = (await ns.read('myapp')).metadata;
  return savedState.parse(JSON.parse(annotations['keelson.sh/state'] ?? 'null'));
}

/** In the order of the steps. */
const killAtEach = (env: TestEnv, push: Push) =>
  Promise.all(push.steps.map((step) => inTurn(() => killOnce(env, step, push))));

const crashes = { 'sh.keelson.outcome': 'crash' };

onClustersInTurn('a worker killed at any step', (it, cluster) => {
  it('a worker killed at any step of a good push leaves exactly one rollout to the next worker (laws 4 and 5)', {
    timeout: 300_000,
  }, async ({ env }) => {
    const steps = stepsOn(cluster, around(goodSteps), goodOfEachKind);
    const bySignal: readonly Step[] = cluster === 'simulated' ? ['after write forward 1'] : goodOfEachKind;

    const ends = await killAtEach(env, { steps, bySignal, done: (ns, _, pushed) => ns.rolledOut('myapp', pushed) });

    const rollouts = ['update succeeded'];
    const same = { rollouts, revisions: 2, serving: ['pushed'], quarantined: [], lastGood: 'pushed', hold: undefined };
    expect(ends).toEqual(steps.map((step) => ({ step, ...same })));
  });

  it('a worker killed at any step of a bad push leaves one failure and one rollback to the next worker (laws 4, 7 and 8)', {
    timeout: 300_000,
  }, async ({ env }) => {
    // What comes before these two is not among the steps of a bad push.
    const every: readonly Step[] = [...around(badSteps), 'before readLog 1', 'before write back 1'];
    const steps = stepsOn(cluster, every, badOfEachKind);

    const ends = await killAtEach(env, {
      steps,
      labels: crashes,
      done: (ns, good, pushed) => ns.rolledBack('myapp', pushed, good),
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

  it('a worker killed at any step of a failure without a rollback leaves the quarantine to the next worker (laws 4 and 7)', {
    timeout: 300_000,
  }, async ({ env }) => {
    const steps = stepsOn(cluster, around(onHoldSteps), ['after writeState 1']);

    const ends = await killAtEach(env, {
      steps,
      labels: crashes,
      annotations: { 'keelson.sh/rollback': 'hold' },
      done: (ns, _, pushed) => ns.rolledOut('myapp', pushed, 'failed'),
    });

    const rollouts = ['update failed'];
    const hold = 'manual-rollback-required';
    const same = { rollouts, revisions: 2, serving: ['good'], quarantined: ['pushed'], lastGood: 'good', hold };
    expect(ends).toEqual(steps.map((step) => ({ step, ...same })));
  });
});
