import { writeFile } from 'node:fs/promises';
import { startRedis } from '@keelson/redis/server';
import { expect } from 'vitest';
import { historyFromApi } from '../src/api-history.ts';
import { startGate } from '../src/gate.ts';
import { every } from '../src/manifests.ts';
import { onClustersInTurn } from '../src/on-clusters.ts';
import { createProcesses } from '../src/processes.ts';
import { startKeelson } from '../src/start-keelson.ts';
import { registriesYaml, registryHost } from '../src/test-env.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';

const holds = /^keelson_lease_held 1$/m;
const hasPolled = /^keelson_function_seconds_count\{function="registry-poll",outcome="succeeded"\} [1-9]/m;

interface Killable {
  hasMetric(line: RegExp): Promise<boolean>;
  kill(): Promise<void>;
}

/** Three workers, each a process of its own. */
function startThree(ns: TestNamespace): Promise<readonly Killable[]> {
  const processes = createProcesses(ns);
  const start = async (): Promise<Killable> => {
    const worker = await processes.worker();
    const kill = async () => {
      worker.signal('SIGKILL');
      expect(await worker.exited).toEqual([null, 'SIGKILL']);
    };
    return { hasMetric: (line) => worker.hasMetric(line), kill };
  };
  return Promise.all([start(), start(), start()]);
}

/** The one that holds the lease, once one does and no other. */
function holder(workers: readonly Killable[]): Promise<Killable> {
  return waitUntil('one worker holds the lease', async () => {
    const found = await Promise.all(workers.map((worker) => worker.hasMetric(holds)));
    const held = workers.filter((_, index) => found[index]);
    return held.length === 1 && held[0];
  });
}

/** What processes do to each other through Redis is the same on both clusters. */
onClustersInTurn(
  'several processes on one Redis',
  (it) => {
    /** A workload with an image of its own that runs its first push. */
    async function deploy(ns: TestNamespace, name: string, interval: string, image = name): Promise<void> {
      const reference = `${registryHost}/${ns.name}/${image}:latest`;
      await ns.deploy({ name, image: reference, annotations: every(interval) });
    }

    const pusher = (ns: TestNamespace) => (image: string) => ns.pushTo(ns.env.registry, image, 'latest');

    /** Each has one rollout, which succeeded, and two pod templates: its author's, and the one that was written with the new digest. */
    async function expectOneEach(ns: TestNamespace, names: readonly string[]): Promise<void> {
      const found = await Promise.all(
        names.map(async (name) => {
          const states = (await ns.rollouts(name)).map(({ state }) => state);
          return { name, states, revisions: await ns.revisions(name) };
        }),
      );
      expect(found).toEqual(names.map((name) => ({ name, states: ['succeeded'], revisions: 2 })));
    }

    it('three workers give each of eight workloads one rollout and one write (law 4)', async ({ ns }) => {
      const push = pusher(ns);
      const names = Array.from({ length: 8 }, (_, index) => `app-${index}`);
      const imageOf = new Map(names.map((name, index) => [name, index < 4 ? `shared-${index % 2}` : name]));
      const images = [...new Set(imageOf.values())];
      await Promise.all(images.map(push));
      await Promise.all(names.map((name) => deploy(ns, name, '2s', imageOf.get(name))));
      await Promise.all(names.map(ns.available));
      const workers = await startThree(ns);
      await ns.checked(...names);
      await waitUntil('each of them has polled', async () =>
        (await Promise.all(workers.map((worker) => worker.hasMetric(hasPolled)))).every(Boolean),
      );

      const pushed = new Map(await Promise.all(images.map(async (image) => [image, await push(image)] as const)));
      // Beside the polls, so that several workers check the same workload.
      await Promise.all([...names, ...names].map((name) => ns.check(name, 'webhook')));
      const digestOf = (name: string) => pushed.get(imageOf.get(name) ?? '') ?? 'none';
      await Promise.all(names.map((name) => ns.rolledOut(name, digestOf(name))));
      await Promise.all(names.map((name) => ns.checkedAgain(name)));

      await expectOneEach(ns, names);
    });

    it('another worker takes over when the lease holder is killed', async ({ ns }) => {
      const push = pusher(ns);
      const names = ['polled', 'changed', 'changed-later'];
      await Promise.all(names.map(push));
      await deploy(ns, 'polled', '2s');
      await deploy(ns, 'changed', '24h');
      await deploy(ns, 'changed-later', '24h');
      await Promise.all(names.map(ns.available));
      const workers = await startThree(ns);
      await ns.checked(...names);

      const first = await holder(workers);
      await first.kill();
      // Nobody keeps the schedules at this moment.
      await ns.patch('changed', { metadata: { annotations: every('1s') } });
      const pushed = { polled: await push('polled'), changed: await push('changed') };
      const others = workers.filter((worker) => worker !== first);
      await holder(others);
      await Promise.all([ns.rolledOut('polled', pushed.polled), ns.rolledOut('changed', pushed.changed)]);

      await ns.patch('changed-later', { metadata: { annotations: every('1s') } });
      const rollout = await ns.rolledOut('changed-later', await push('changed-later'));

      expect(rollout.trigger).toBe('poll');
      await Promise.all(names.map((name) => ns.checkedAgain(name)));
      await expectOneEach(ns, names);
    });

    /** The settings of a worker that reaches the registry through a gate of its own. */
    async function gated(ns: TestNamespace, name: string) {
      const gate = await startGate(ns.env.registry.url);
      ns.onClose(() => gate.stop());
      const registries = `${ns.env.registries}-${ns.name}-${name}`;
      await writeFile(registries, registriesYaml({ [registryHost]: gate.url }));
      return { gate, registries };
    }

    const shutdowns = [
      { registry: 'hangs', answered: 'after' },
      { registry: 'is slow', answered: 'before' },
    ];
    it.for(shutdowns)(
      'a worker shuts down while the registry $registry, and the other one finishes',
      async ({ answered }, { ns }) => {
        const push = pusher(ns);
        const names = ['one', 'two'];
        await Promise.all(names.map(push));
        await Promise.all(names.map((name) => deploy(ns, name, '3s')));
        await Promise.all(names.map(ns.available));
        const [stopped, other] = await Promise.all([gated(ns, 'stopped'), gated(ns, 'other')]);
        const worker = await createProcesses(ns).worker({
          KEELSON_REGISTRIES: stopped.registries,
          KEELSON_GRACE_SECONDS: '3',
        });
        await ns.checked(...names);

        for (const { gate } of [stopped, other]) gate.close();
        const pushed = new Map(await Promise.all(names.map(async (name) => [name, await push(name)] as const)));
        await waitUntil('a check waits for the registry', () => stopped.gate.held > 0);
        await ns.startWorker({ config: { ...ns.config, registries: other.registries } });
        worker.signal('SIGTERM');
        await waitUntil('it shuts down', () => worker.written.includes('shutting down'));
        if (answered === 'before') for (const { gate } of [stopped, other]) gate.open();
        // Past its grace period, and what closing takes, it would give itself up with 1.
        expect(await worker.exited).toEqual([0, null]);
        for (const { gate } of [stopped, other]) gate.open();

        await Promise.all(names.map((name) => ns.rolledOut(name, pushed.get(name) ?? 'none')));
        await Promise.all(names.map((name) => ns.checkedAgain(name)));
        await expectOneEach(ns, names);
      },
    );

    it('the API answers what the workers wrote, and says when Redis is away', async ({ ns }) => {
      await ns.push('latest');
      await ns.deploy({ name: 'myapp', image: ns.image('latest'), annotations: every('1s') });
      await ns.available('myapp');
      const redis = await startRedis({ appendOnly: true });
      const api = await startKeelson(ns, 'apart', redis);
      ns.onClose(async () => {
        await ns.stopWorkers();
        await redis.stop();
      });
      const workload = `${api.url}/api/v1/workloads/${ns.name}/deployment/myapp`;
      const history = () => historyFromApi(api.url, ns.name, 'myapp');
      const listed = (digest: string) =>
        waitUntil(`the API lists ${digest}`, async () =>
          (await history()).some(({ state, to }) => state === 'succeeded' && to === digest),
        );
      await waitUntil('it is checked', async () =>
        JSON.stringify(await (await fetch(workload)).json()).includes('"check"'),
      );
      const first = await ns.push('latest');
      await listed(first);

      const ready = async () => {
        const found = await fetch(`${api.url}/readyz`);
        return { status: found.status, body: await found.json() };
      };
      expect(await ready()).toEqual({ status: 200, body: { status: 'ok' } });
      await redis.kill9();
      const away = await waitUntil('it says that Redis is away', async () => {
        const found = await ready();
        return found.status !== 200 && found;
      });
      expect(away).toMatchObject({
        status: 503,
        body: {
          code: 'not-ready',
          detail: expect.stringMatching(/^Redis (?:did not answer within a second|cannot be reached)\./),
        },
      });

      await redis.restart();
      await waitUntil('it is ready again', async () => (await ready()).status === 200);
      await listed(first);
      const second = await ns.push('latest');
      await listed(second);
      expect((await history()).map(({ to }) => to)).toEqual([second, first]);
    });
  },
  { clusters: ['simulated'] },
);
