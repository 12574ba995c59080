import type { RegistryServer } from '@keelson/simulator';
import { pushImage, startRegistry } from '@keelson/simulator';
import { afterAll, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import type { TestEnv } from './both-clusters.ts';
import { onBothClusters } from './both-clusters.ts';
import type { PodObject } from './pod-status.ts';
import { conditionOf, podList, shown } from './pod-status.ts';

/** For busy machines, not a claim about speed. */
const wait = { timeout: 60_000, interval: 30 };
const merge = 'application/merge-patch+json';
let registry: RegistryServer | undefined;
afterAll(() => registry?.stop());

async function mirrors(): Promise<Record<string, string>> {
  registry ??= await startRegistry();
  for (const outcome of ['one', 'two', 'crash']) {
    await pushImage(registry, 'team/web', outcome, { labels: { 'sh.keelson.outcome': outcome } });
  }
  return { 'workloads.test': registry.url };
}

const workload = z.looseObject({
  metadata: z.looseObject({ generation: z.number() }),
  status: z.looseObject({
    observedGeneration: z.number().optional(),
    currentRevision: z.string().optional(),
    updateRevision: z.string().optional(),
    updatedReplicas: z.number().optional(),
    updatedNumberScheduled: z.number().optional(),
  }),
});

const image = (tag: string) => `workloads.test/team/web:${tag}`;
const template = (tag: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: image(tag) }] },
});

class Workload {
  readonly #env: TestEnv;
  readonly #pods: string;
  readonly #path: string;

  constructor(env: TestEnv, namespace: string, plural: string) {
    this.#env = env;
    this.#pods = `/api/v1/namespaces/${namespace}/pods`;
    this.#path = `/apis/apps/v1/namespaces/${namespace}/${plural}`;
  }

  async create(kind: string, tag: string, spec: Record<string, unknown>): Promise<void> {
    const selector = { matchLabels: { app: 'web' } };
    const whole = { selector, template: template(tag), ...spec };
    await this.#env.api.do('POST', this.#path, {
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'web' },
      spec: whole,
    });
    onTestFinished(async () => {
      await this.#env.api.request('DELETE', `${this.#path}/web`, { propagationPolicy: 'Background' });
    });
  }

  async edit(spec: unknown): Promise<void> {
    await this.#env.api.do('PATCH', `${this.#path}/web`, { spec }, merge);
  }

  async read(): Promise<z.infer<typeof workload>> {
    return workload.parse(await this.#env.api.do('GET', `${this.#path}/web`));
  }

  /** The workload, once its controller has observed the newest generation. */
  observed(): Promise<z.infer<typeof workload>> {
    return vi.waitUntil(async () => {
      const live = await this.read();
      return live.status.observedGeneration === live.metadata.generation && live;
    }, wait);
  }

  async pods(): Promise<PodObject[]> {
    const { items } = podList.parse(await this.#env.api.do('GET', this.#pods));
    return items.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  /** The pods, once they have these tags in the order of their names, and are ready, or crash if their tag says so. */
  settled(...tags: string[]): Promise<PodObject[]> {
    return vi.waitUntil(async () => {
      const pods = await this.pods();
      const found = pods.map((pod) => tags.find((tag) => pod.spec.containers[0]?.image === image(tag)));
      const fits = found.length === tags.length && found.every((tag, index) => tag === tags[index]);
      const up = pods.every((pod, index) =>
        tags[index] === 'crash'
          ? pod.status.containerStatuses.map(shown)[0] === 'CrashLoopBackOff'
          : conditionOf(pod, 'Ready')?.status === 'True' && pod.metadata.deletionTimestamp === undefined,
      );
      return fits && up && pods;
    }, wait);
  }

  async remove(pod: PodObject | undefined): Promise<void> {
    await this.#env.api.do('DELETE', `${this.#pods}/${pod?.metadata.name}`);
  }
}

const uids = (pods: readonly PodObject[]) => pods.map(({ metadata }) => metadata.uid);

onBothClusters(
  'controllers',
  (env) => {
    const start = async (plural: string) => new Workload(env, await env.namespace(), plural);

    it('a StatefulSet stops at a pod that does not become ready, and restoring the template does not replace it', async () => {
      const web = await start('statefulsets');
      await web.create('StatefulSet', 'one', { replicas: 3, serviceName: 'web' });
      const before = await web.settled('one', 'one', 'one');

      await web.edit({ template: template('crash') });
      const broken = await web.settled('one', 'one', 'crash');
      await web.edit({ template: template('one') });
      await web.observed();
      // another write, observed after the first one: the controller has done whatever the first one made it do
      await web.edit({ minReadySeconds: 0, revisionHistoryLimit: 9 });
      await web.observed();
      const stuck = await web.settled('one', 'one', 'crash');

      expect(uids(stuck)).toEqual(uids(broken));
      expect(uids(stuck).slice(0, 2)).toEqual(uids(before).slice(0, 2));

      await web.remove(stuck[2]);
      const replaced = await web.settled('one', 'one', 'one');
      expect(uids(replaced).slice(0, 2)).toEqual(uids(before).slice(0, 2));
    });

    it('a StatefulSet rolls out from its highest pod down to the partition', async () => {
      const web = await start('statefulsets');
      const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
      await web.create('StatefulSet', 'one', { replicas: 3, serviceName: 'web', updateStrategy });
      const before = await web.settled('one', 'one', 'one');

      await web.edit({ template: template('two') });
      const [low, middle] = uids(await web.settled('one', 'one', 'two'));

      expect([low, middle]).toEqual(uids(before).slice(0, 2));
      const { status } = await vi.waitUntil(async () => {
        const live = await web.read();
        return live.status.updatedReplicas === 1 && live;
      }, wait);
      expect(status.currentRevision).not.toBe(status.updateRevision);
      await web.remove(before[0]);
      await web.settled('one', 'one', 'two');
      await web.edit({ updateStrategy: { rollingUpdate: { partition: 0 } } });
      await web.settled('two', 'two', 'two');
    });

    it('a StatefulSet that updates on delete replaces deleted pods, and is up to date when all were', async () => {
      const web = await start('statefulsets');
      await web.create('StatefulSet', 'one', { replicas: 2, serviceName: 'web', updateStrategy: { type: 'OnDelete' } });
      const before = await web.settled('one', 'one');

      await web.edit({ template: template('two') });
      await web.observed();
      expect(uids(await web.settled('one', 'one'))).toEqual(uids(before));

      const revisions = (updated: number) =>
        vi.waitUntil(async () => {
          const { status } = await web.read();
          return status.updatedReplicas === updated && [status.currentRevision, status.updateRevision];
        }, wait);
      await web.remove(before[1]);
      await web.settled('one', 'two');
      expect(new Set(await revisions(1)).size).toBe(2);
      await web.remove(before[0]);
      await web.settled('two', 'two');
      await vi.waitUntil(async () => new Set(await revisions(2)).size === 1, wait);
    });

    it('a DaemonSet that updates on delete replaces deleted pods', async () => {
      const web = await start('daemonsets');
      await web.create('DaemonSet', 'one', { updateStrategy: { type: 'OnDelete' } });
      const before = await web.settled('one');

      await web.edit({ template: template('two') });
      await web.observed();
      expect(uids(await web.settled('one'))).toEqual(uids(before));

      await web.remove(before[0]);
      await web.settled('two');
      await vi.waitUntil(async () => (await web.read()).status.updatedNumberScheduled === 1, wait);
    });

    it('a DaemonSet replaces a pod that does not become ready as soon as its template changes', async () => {
      const web = await start('daemonsets');
      await web.create('DaemonSet', 'one', {});
      await web.settled('one');

      await web.edit({ template: template('crash') });
      await web.settled('crash');
      await web.edit({ template: template('one') });

      expect(await web.settled('one')).toHaveLength(1);
    });
  },
  { mirrors },
);
