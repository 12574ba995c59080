import { writeFile } from 'node:fs/promises';
import { startRedis } from '@keelson/redis/server';
import { afterEach, expect, it } from 'vitest';
import type { Gate } from '../src/gate.ts';
import { startGate } from '../src/gate.ts';
import { every } from '../src/manifests.ts';
import { onStages } from '../src/on-stages.ts';
import type { Process } from '../src/processes.ts';
import { createProcesses } from '../src/processes.ts';
import { host, registriesYaml } from '../src/stage.ts';
import { toldHistory } from '../src/told-history.ts';
import { until } from '../src/until.ts';

const holds = /^keelson_lease_held 1$/m;
const hasPolled = /^keelson_function_seconds_count\{function="registry-poll",outcome="succeeded"\} [1-9]/m;

/** The one that holds the lease, once one does and no other. */
function holder(workers: readonly Process[]): Promise<Process> {
  return until('one worker holds the lease', async () => {
    const told = await Promise.all(workers.map((worker) => worker.tells(holds)));
    const held = workers.filter((_, index) => told[index]);
    return held.length === 1 && held[0];
  });
}

onStages('several processes on one Redis', (play) => {
  const processes = createProcesses();
  const stops: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await processes.stop();
    for (const stop of stops.splice(0)) await stop();
  });

  /** A workload with an image of its own that runs its first push. */
  async function deploy(name: string, interval: string, image = name): Promise<void> {
    const { scene } = play;
    const reference = `${host}/${scene.namespace}/${image}:latest`;
    await scene.deploy({ name, image: reference, annotations: every(interval) });
  }

  const push = (image: string) => play.scene.pushTo(play.stage.registry, image, 'latest');

  /** Each has one rollout, which succeeded, and two pod templates: its author's, and the one that was written with the new digest. */
  async function expectOneEach(names: readonly string[]): Promise<void> {
    const { scene } = play;
    const found = await Promise.all(
      names.map(async (name) => {
        const states = (await scene.rollouts(name)).map(({ state }) => state);
        return { name, states, revisions: await scene.revisions(name) };
      }),
    );
    expect(found).toEqual(names.map((name) => ({ name, states: ['succeeded'], revisions: 2 })));
  }

  it('gives each of twenty workloads one rollout and one write, with three workers (law 4)', async () => {
    const { scene } = play;
    const names = Array.from({ length: 20 }, (_, index) => `app-${index}`);
    const imageOf = new Map(names.map((name, index) => [name, index < 10 ? `shared-${index % 2}` : name]));
    const images = [...new Set(imageOf.values())];
    await Promise.all(images.map(push));
    await Promise.all(names.map((name) => deploy(name, '2s', imageOf.get(name))));
    await Promise.all(names.map(scene.settled));
    const workers = await Promise.all([1, 2, 3].map(() => processes.worker(scene)));
    await scene.watched(...names);
    await until('each of them has polled', async () =>
      (await Promise.all(workers.map((worker) => worker.tells(hasPolled)))).every(Boolean),
    );

    const pushed = new Map(await Promise.all(images.map(async (image) => [image, await push(image)] as const)));
    // Beside the polls, so that several workers look at the same workload.
    await Promise.all([...names, ...names].map((name) => scene.ask(name, 'webhook')));
    const digestOf = (name: string) => pushed.get(imageOf.get(name) ?? '') ?? 'none';
    await Promise.all(names.map((name) => scene.rolledOut(name, digestOf(name))));
    await Promise.all(names.map((name) => scene.lookedAgain(name)));

    await expectOneEach(names);
  });

  it('has another worker take over when the one that keeps the schedules is killed', async () => {
    const { scene } = play;
    const names = ['polled', 'changed', 'changed-later'];
    await Promise.all(names.map(push));
    await deploy('polled', '2s');
    await deploy('changed', '24h');
    await deploy('changed-later', '24h');
    await Promise.all(names.map(scene.settled));
    const workers = await Promise.all([1, 2, 3].map(() => processes.worker(scene)));
    await scene.watched(...names);

    const first = await holder(workers);
    first.signal('SIGKILL');
    expect(await first.exited).toEqual([null, 'SIGKILL']);
    // Nobody keeps the schedules in this moment.
    await scene.patch('changed', { metadata: { annotations: every('1s') } });
    const pushed = { polled: await push('polled'), changed: await push('changed') };
    const others = workers.filter((worker) => worker !== first);
    await holder(others);
    await Promise.all([scene.rolledOut('polled', pushed.polled), scene.rolledOut('changed', pushed.changed)]);

    await scene.patch('changed-later', { metadata: { annotations: every('1s') } });
    const rollout = await scene.rolledOut('changed-later', await push('changed-later'));

    expect(rollout.trigger).toBe('poll');
    await Promise.all(names.map((name) => scene.lookedAgain(name)));
    await expectOneEach(names);
  });

  /** A worker that reaches the registry through a gate of its own. */
  async function gatedWorker(number: number): Promise<{ readonly gate: Gate; readonly worker: Process }> {
    const { scene, stage } = play;
    const gate = await startGate(stage.registry.url);
    stops.push(() => gate.stop());
    const registries = `${stage.registries}-${scene.namespace}-${number}`;
    await writeFile(registries, registriesYaml({ [host]: gate.url }));
    const worker = await processes.worker(scene, { KEELSON_REGISTRIES: registries, KEELSON_GRACE_SECONDS: '3' });
    return { gate, worker };
  }

  it.each([
    ['hangs', 'after'],
    ['is slow', 'before'],
  ])('ends a worker that is told to while the registry %s; the other one finishes', async (_, answered) => {
    const { scene } = play;
    const names = ['one', 'two', 'three', 'four'];
    await Promise.all(names.map(push));
    await Promise.all(names.map((name) => deploy(name, '3s')));
    await Promise.all(names.map(scene.settled));
    const pair = await Promise.all([1, 2].map(gatedWorker));
    await scene.watched(...names);

    for (const { gate } of pair) gate.close();
    const pushed = new Map(await Promise.all(names.map(async (name) => [name, await push(name)] as const)));
    const told = await until('a poll waits for the registry', () => pair.find(({ gate }) => gate.held > 0));
    told.worker.signal('SIGTERM');
    await until('it was told to end', () => told.worker.written.includes('stopping'));
    if (answered === 'before') for (const { gate } of pair) gate.open();
    // Past its grace period, and what closing takes, it would give itself up with 1.
    expect(await told.worker.exited).toEqual([0, null]);
    for (const { gate } of pair) gate.open();

    await Promise.all(names.map((name) => scene.rolledOut(name, pushed.get(name) ?? 'none')));
    await Promise.all(names.map((name) => scene.lookedAgain(name)));
    await expectOneEach(names);
  });

  it('answers through the API what the workers wrote, and says when Redis is away', async () => {
    const { scene } = play;
    const redis = await startRedis({ appendOnly: true });
    stops.push(() => redis.stop());
    await scene.push('latest');
    await scene.deploy({ name: 'myapp', image: scene.image('latest'), annotations: every('1s') });
    await scene.settled('myapp');
    const api = await processes.api(scene, { REDIS_URL: redis.url });
    for (const _ of [1, 2]) await processes.worker(scene, { REDIS_URL: redis.url });
    const workload = `${api.url}/api/v1/workloads/${scene.namespace}/deployment/myapp`;
    const history = () => toldHistory(api.url, scene.namespace, 'myapp');
    const told = (digest: string) =>
      until(`the API tells of ${digest}`, async () =>
        (await history()).some(({ state, to }) => state === 'succeeded' && to === digest),
      );
    await until('it is looked at', async () =>
      JSON.stringify(await (await fetch(workload)).json()).includes('"check"'),
    );
    const first = await scene.push('latest');
    await told(first);

    const ready = async () => {
      const found = await fetch(`${api.url}/readyz`);
      return { status: found.status, body: await found.json() };
    };
    expect(await ready()).toEqual({ status: 200, body: { status: 'ok' } });
    await redis.kill9();
    const away = await until('it says that Redis is away', async () => {
      const found = await ready();
      return found.status !== 200 && found;
    });
    expect(away).toMatchObject({
      status: 503,
      body: { code: 'not-ready', detail: 'Redis did not answer within a second.' },
    });

    await redis.restart();
    await until('it is ready again', async () => (await ready()).status === 200);
    await told(first);
    const second = await scene.push('latest');
    await told(second);
    expect((await history()).map(({ to }) => to)).toEqual([second, first]);
  });
});
