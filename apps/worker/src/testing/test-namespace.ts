import { randomBytes } from 'node:crypto';
import { workloadIdOf } from '@keelson/core';
import type { Digest } from '@keelson/image';
import { readIntent } from '@keelson/policy';
import { startFunctions } from '@keelson/queue';
import { queueCounts } from '@keelson/queue/testing';
import { pushImage } from '@keelson/simulator';
import { expect } from 'vitest';
import { createCheck } from '../check/check.ts';
import { functionsOf } from '../functions.ts';
import { createPatch } from '../patch/patch.ts';
import { restoreState } from '../reconcile/restore-state.ts';
import { createSweep } from '../reconcile/sweep.ts';
import { workloadRecord } from '../reconcile/workload-record.ts';
import { createPullSecrets } from '../registry-access/pull-secrets.ts';
import { createVerify } from '../verify/verify.ts';
import { openDeps } from './deps.ts';
import type { DeploymentOptions } from './manifests.ts';
import { deployment } from './manifests.ts';
import type { TestEnv } from './test-env.ts';
import { soon } from './test-env.ts';

/** One test's own part of a place: a namespace, a prefix in Redis, and everything that the functions stand on, for real. */
export type TestNamespace = Awaited<ReturnType<typeof openTestNamespace>>;

export async function openTestNamespace(env: TestEnv) {
  const { registry, cluster } = env;
  const namespace = `t-${randomBytes(4).toString('hex')}`;
  const { deps, schedules, http, lines, clock } = await openDeps(env, namespace);
  const shared = { redis: env.redis.url, prefix: namespace };
  const { view, history } = deps;
  const run = { signal: new AbortController().signal, attempt: 1 };
  const key = (name: string) => ({ namespace, kind: 'Deployment', name }) as const;
  const pullSecrets = createPullSecrets(deps.reader, deps.now);

  const ns = {
    env,
    namespace,
    deps,
    schedules,
    queueCounts: () => queueCounts(shared),
    http,
    /** Every log line so far. */
    lines,
    /** How far `deps.now` is ahead of the clock, in milliseconds. */
    clock,
    pullSecrets,
    key,
    id: (name: string) => workloadIdOf(key(name)),
    image: (tag: string, repository = 'app') => `${registry.host}/${namespace}/${repository}:${tag}`,
    repository: (name = 'app') => `${registry.host}/${namespace}/${name}`,

    push: async (tag: string, labels: Readonly<Record<string, string>> = {}, repository = 'app') => {
      const unique = { ...labels, build: randomBytes(6).toString('hex') };
      return (await pushImage(registry, `${namespace}/${repository}`, tag, { labels: unique })).digest;
    },

    deploy(name: string, options: DeploymentOptions) {
      cluster.apply(deployment(namespace, name, options));
    },

    patch: (name: string, body: unknown, contentType = 'application/strategic-merge-patch+json') =>
      http.request({ method: 'PATCH', path: `${pathOf(namespace)}/${name}`, body, contentType }),
    remove: (name: string) => http.request({ method: 'DELETE', path: `${pathOf(namespace)}/${name}` }),

    workload(name: string) {
      const workload = view.workload(key(name));
      expect(workload, `${name} is in the view`).toBeDefined();
      if (!workload) throw new Error('unreachable');
      return workload;
    },

    /** All pods of the newest revision are there and available, and the view knows it. */
    settled: (...names: readonly string[]) =>
      soon(() => {
        for (const name of names) {
          const workload = ns.workload(name);
          const { generation, replicas: wanted, status } = workload;
          const { observedGeneration, replicas, updated, available } = status;
          expect({ observedGeneration, replicas, updated, available }).toEqual({
            observedGeneration: generation,
            replicas: wanted,
            updated: wanted,
            available: wanted,
          });
          expect(view.podsOfNewestRevision(workload)).toHaveLength(wanted);
        }
      }),

    /** A Deployment that runs what was pushed to `latest` just now, as the view knows too. Returns that digest. */
    async running(name: string, options: Partial<DeploymentOptions> = {}) {
      const digest = await ns.push('latest');
      ns.deploy(name, { images: { app: ns.image('latest') }, ...options });
      await ns.settled(name);
      return digest;
    },

    /** As the keeper writes it down; without it a poll does nothing. */
    async known(...names: readonly string[]) {
      for (const name of names) {
        const workload = ns.workload(name);
        if (!(await history.workload(workloadIdOf(workload)))) await restoreState(history, workload);
        await history.putWorkload(workloadRecord(workload, readIntent(workload), deps.writes));
      }
    },

    state: async (name: string) => {
      const state = await history.workload(workloadIdOf(key(name)));
      if (!state) throw new Error(`${name} is not known`);
      return state;
    },
    rollouts: async (name: string) => (await history.rollouts({ workload: workloadIdOf(key(name)) })).items,

    /** Begins a rollout to this digest in these containers, of which nothing is written yet. Returns its id. */
    async begin(name: string, digest: Digest, containers: readonly string[] = ['app']) {
      const begun = await history.begin({
        workload: ns.id(name),
        changes: containers.map((container) => ({
          container,
          image: ns.repository(),
          from: {},
          to: { tag: 'latest', digest },
        })),
        trigger: 'manual',
        code: 'new-digest',
        message: 'A push.',
      });
      return 'rollout' in begun ? (begun.rollout?.id ?? 'none') : begun.outcome;
    },

    /** Runs registry-poll here and now. */
    poll: async (name: string) => {
      const input = { workload: workloadIdOf(key(name)), trigger: 'manual', notBefore: Date.now() } as const;
      await createCheck(deps, pullSecrets)(input, run);
      return (await ns.state(name)).check;
    },
    /** Runs image-patch here and now. */
    write: (rollout: string, attempt = 1) => createPatch(deps, pullSecrets)({ rollout }, { ...run, attempt }),
    /** Runs rollout-verify here and now. */
    verify: async (rollout: string) => {
      await createVerify(deps, pullSecrets)({ rollout }, run);
      return ns.rollout(rollout);
    },
    rollout: async (id: string) => {
      const rollout = await history.rollout(id);
      if (!rollout) throw new Error(`no rollout ${id}`);
      return rollout;
    },

    /** Runs what is in the queues until the condition holds. */
    async runFunctions(until: () => Promise<void>) {
      const functions = await startFunctions(functionsOf(deps, pullSecrets), {
        ...shared,
        log: deps.log,
        graceMs: 5_000,
      });
      await soon(until);
      await functions.stop();
    },

    /** The same, with rollouts under way woken as the holder of the lease does. */
    async work(until: () => Promise<void>) {
      const stop = new AbortController();
      const sweeping = createSweep(deps, 50).run(stop.signal);
      await ns.runFunctions(until).finally(() => stop.abort());
      await sweeping;
    },

    async close() {
      await view.stop();
      await Promise.all(
        [schedules, deps.producer, deps.flight, deps.registry, history, http].map((one) => one.close()),
      );
    },
  };
  cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await view.start();
  return ns;
}

function pathOf(namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments`;
}
